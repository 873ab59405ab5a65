/** What holds for every resource of every stack. */
export * from './protection';
export * from './tags';
