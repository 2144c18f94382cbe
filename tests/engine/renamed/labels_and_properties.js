const object = { outer: 1, inner: { outer: 2 } };
outer: for (const outer of [1, 2]) {
  for (;;) {
    log(object.inner.outer, outer);
    continue outer;
  }
}
