import { useEffect, useRef } from "react";

/** Calls back every frame with the seconds since the first one, while the component is there. */
export function useFrame(draw: (seconds: number) => void): void {
  const latest = useRef(draw);
  latest.current = draw;
  useEffect(() => {
    const started = performance.now();
    let handle = requestAnimationFrame(function next(now) {
      latest.current((now - started) / 1000);
      handle = requestAnimationFrame(next);
    });
    return () => cancelAnimationFrame(handle);
  }, []);
}
