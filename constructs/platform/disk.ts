/** Size of a disk, GiB: from the least that each ESSD level has to the most. Source: ECS documentation, limits of disks. */
export const DISK_GIB = { min: 20, max: 32_768 } as const;
