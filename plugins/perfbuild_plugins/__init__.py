"""First-party optimisations, each written against :mod:`perfbuild.api` alone."""
