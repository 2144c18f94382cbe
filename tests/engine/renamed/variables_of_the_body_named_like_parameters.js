function go({ size }, read = () => size) {
  var size;
  size += 1;
  return [size, read()];
}
log(go({ size: 1 }));
