function go() {
  {
    let first = 1;
    {
      var second = first + 1;
    }
  }
  return second;
}
log(go());
