export type Position = readonly [latitude: number, longitude: number];

const RADIUS = 6371;

/** Kilometres along the great circle. */
export function distance([fromLat, fromLng]: Position, [toLat, toLng]: Position): number {
  const radians = Math.PI / 180;
  const half =
    Math.sin(((toLat - fromLat) * radians) / 2) ** 2 +
    Math.cos(fromLat * radians) * Math.cos(toLat * radians) * Math.sin(((toLng - fromLng) * radians) / 2) ** 2;
  return 2 * RADIUS * Math.asin(Math.sqrt(half));
}

/** A point on the straight line between two others. */
export function along(from: Position, to: Position, share: number): [number, number] {
  return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
}

/** Corners of a rough ring around a point, which stands for the district that a depot serves. */
export function ring([latitude, longitude]: Position, size: number, corners = 9): Array<[number, number]> {
  return Array.from({ length: corners }, (_, corner) => {
    const angle = (corner / corners) * 2 * Math.PI;
    const reach = size * (0.8 + 0.25 * Math.sin(corner * 2.4 + latitude * 10));
    return [latitude + reach * Math.cos(angle), longitude + 1.7 * reach * Math.sin(angle)];
  });
}
