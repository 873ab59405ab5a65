/** Where images are kept. */
export * from './image-repository';
