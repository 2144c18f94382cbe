function go() {
  try {
    throw 1;
  } catch (e) {
    var e = 2;
    log(e);
  }
  return typeof e;
}
log(go());
