/// Each element times a number, plus a number.
struct Affine: ElementOperation {
  let scale: Double
  let shift: Double
  var derivativeReads: Set<OperationRead> { [] }

  func apply<Scalar: KernelScalar>(_ n: Int, _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>) {
    let (scale, shift) = (Scalar(scale), Scalar(shift))
    for i in 0..<n { y[i] = x[i] * scale + shift }
  }

  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (slope, scale) = (pass.slope, Scalar(scale))
    pass.fill(0) { slope[$0] * scale }
  }
}

extension Variable {
  private func affine(scale: Double, shift: Double) -> Variable {
    Affine(scale: scale, shift: shift).applied(to: self)
  }

  /// Returns each element plus a number.
  public static func + (left: Variable, right: Double) -> Variable { left.affine(scale: 1, shift: right) }
  /// Returns a number plus each element.
  public static func + (left: Double, right: Variable) -> Variable { right + left }
  /// Returns each element minus a number.
  public static func - (left: Variable, right: Double) -> Variable { left + -right }
  /// Returns a number minus each element.
  public static func - (left: Double, right: Variable) -> Variable { right.affine(scale: -1, shift: left) }
  /// Returns each element times a number.
  public static func * (left: Variable, right: Double) -> Variable { left.affine(scale: right, shift: 0) }
  /// Returns a number times each element.
  public static func * (left: Double, right: Variable) -> Variable { right * left }
  /// Returns each element divided by a number.
  public static func / (left: Variable, right: Double) -> Variable { left * (1 / right) }
  /// Returns the negative of each element.
  public static prefix func - (operand: Variable) -> Variable { operand * -1 }
}
