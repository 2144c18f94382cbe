import { useQuery } from "@tanstack/vue-query";
import { type MaybeRefOrGetter, toValue } from "vue";
import { api } from "../helpers/api";

export function useParcels() {
  return useQuery({ queryKey: ["parcels"], queryFn: api.parcels });
}

export function useParcel(id: MaybeRefOrGetter<string>) {
  return useQuery({ queryKey: ["parcels", id], queryFn: () => api.parcel(toValue(id)) });
}
