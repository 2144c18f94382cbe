let count = 0;
export { count };
export { count as total };
export const kept = 1;
export function counted() {}
count++;
