const one = class Self {
  static made = [];
  static {
    Self.made.push(typeof Self);
  }
};
log(one.made);
