// The ways to split that webpack and Rspack are run with; both take the same configuration.
const vendors = { test: /[\\/]node_modules[\\/]/, priority: -10, reuseExistingChunk: true };
const common = { minChunks: 2, priority: -20, reuseExistingChunk: true };

/** One named vendor chunk and a common chunk: what most guides show. */
const named = {
  splitChunks: {
    chunks: "all",
    cacheGroups: {
      defaultVendors: false,
      default: false,
      vendors: { ...vendors, name: "vendors" },
      common: { ...common, name: "common" },
    },
  },
};

/** The same groups without a name, so that each set of routes has chunks of its own. */
const unnamed = {
  splitChunks: { chunks: "all", cacheGroups: { defaultVendors: false, default: false, vendors, common } },
};

export const optimizations = {
  named,
  unnamed,
  "unnamed-runtime": { ...unnamed, runtimeChunk: "single" },
  default: {},
};
