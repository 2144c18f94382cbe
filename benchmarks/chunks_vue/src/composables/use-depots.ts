import { useQuery } from "@tanstack/vue-query";
import { type MaybeRefOrGetter, toValue } from "vue";
import { api } from "../helpers/api";

export function useDepots() {
  return useQuery({ queryKey: ["depots"], queryFn: api.depots });
}

export function useDepot(id: MaybeRefOrGetter<string>) {
  return useQuery({ queryKey: ["depots", id], queryFn: () => api.depot(toValue(id)) });
}
