"""perfbuild: a front-end build optimizer. The command line is :mod:`perfbuild.cli`, plugins see
:mod:`perfbuild.api`."""

__version__ = "0.1.0"
