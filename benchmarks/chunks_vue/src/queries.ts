import type { VueQueryPluginOptions } from "@tanstack/vue-query";

/** The console stays open all day: what was read a minute ago is still good, and a window that comes back is no reason to ask. */
export const queries: VueQueryPluginOptions = {
  queryClientConfig: {
    defaultOptions: { queries: { staleTime: 60_000, refetchOnWindowFocus: false, retry: 1 } },
  },
};
