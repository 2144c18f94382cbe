import { useQuery } from "@tanstack/vue-query";
import { computed, type Ref } from "vue";
import { api } from "../helpers/api";

/** The last days of collections and deliveries, as many as asked for. */
export function useServiceDays(wanted: Ref<number>) {
  const { data } = useQuery({ queryKey: ["days"], queryFn: api.days });
  return computed(() => (data.value ?? []).slice(-wanted.value));
}
