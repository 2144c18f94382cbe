const a = 1;
const go = function self(times) {
  return times ? self(times - 1) : a;
};
log(go(2));
