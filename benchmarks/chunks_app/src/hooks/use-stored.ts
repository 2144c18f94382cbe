import { useEffect, useState } from "react";

/** State that outlives the page, under a key of the local storage. */
export function useStored<T>(key: string, initial: T): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => {
    const text = localStorage.getItem(key);
    return text === null ? initial : (JSON.parse(text) as T);
  });
  useEffect(() => localStorage.setItem(key, JSON.stringify(value)), [key, value]);
  return [value, setValue];
}
