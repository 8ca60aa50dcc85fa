import CKernels
import Foundation
import LinearAlgebra

/// A scalar that graphs run on, `Float` or `Double`: the BLAS calls, and functions of one number and of many.
///
/// Functions of many numbers are implemented in C for `Float`. `Double` serves checks, so its loops simply call the C
/// library's functions.
public protocol KernelScalar: BLASScalar {
  /// The whole number stored as this scalar; the conversion of arbitrary numbers is slow in generic code.
  var index: Int { get }

  /// Returns e to the power of x.
  static func exponential(_ x: Self) -> Self
  /// Returns the natural logarithm.
  static func logarithm(_ x: Self) -> Self
  /// Returns x to the power of `exponent`.
  static func raised(_ x: Self, to exponent: Self) -> Self
  /// Returns the cosine.
  static func cosine(_ x: Self) -> Self
  /// Returns the sine.
  static func sine(_ x: Self) -> Self

  /// Computes out = exp(in * scale + shift); out may be in.
  static func exponential(
    _ n: Int, _ input: UnsafePointer<Self>, scale: Self, shift: Self, _ output: UnsafeMutablePointer<Self>)
  /// Computes out = tanh(in); out may be in.
  static func tanh(_ n: Int, _ input: UnsafePointer<Self>, _ output: UnsafeMutablePointer<Self>)
  /// Computes out = 1 / (1 + exp(-in)); out may be in.
  static func sigmoid(_ n: Int, _ input: UnsafePointer<Self>, _ output: UnsafeMutablePointer<Self>)

  /// Runs an operation's code for this precision, forward; by pointer, since a copy of it costs time in each step.
  static func forward(_ operation: UnsafePointer<any BagOperation>, _ pass: OperationPass<Self>)
  /// Runs an operation's code for this precision, backward.
  static func backward(_ operation: UnsafePointer<any BagOperation>, _ pass: OperationPass<Self>)
  /// Runs a rule's code for this precision.
  static func move(_ rule: any UpdateRule, _ scalars: MovedScalars<Self>)
  /// Runs a rule's code for this precision along a gradient that is computed on the fly.
  static func move(_ rule: any UpdateRule, _ scalars: MovedScalars<Self>, along gradient: ProductGradient<Self>)
  /// Runs a rule's code for this precision along a gradient of sparse instances that is computed on the fly.
  static func move(_ rule: any UpdateRule, _ scalars: MovedScalars<Self>, along gradient: SparseProductGradient<Self>)
}

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Float: KernelScalar {
  public var index: Int { Int(self) }

  public static func exponential(_ x: Float) -> Float { Foundation.exp(x) }
  public static func logarithm(_ x: Float) -> Float { Foundation.log(x) }
  public static func raised(_ x: Float, to exponent: Float) -> Float { Foundation.pow(x, exponent) }
  public static func cosine(_ x: Float) -> Float { Foundation.cos(x) }
  public static func sine(_ x: Float) -> Float { Foundation.sin(x) }

  public static func exponential(
    _ n: Int, _ input: UnsafePointer<Float>, scale: Float, shift: Float, _ output: UnsafeMutablePointer<Float>
  ) {
    ck_exp(n, input, scale, shift, output)
  }
  public static func tanh(_ n: Int, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>) {
    ck_tanh(n, input, output)
  }
  public static func sigmoid(_ n: Int, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>) {
    ck_sigmoid(n, input, output)
  }

  public static func forward(_ operation: UnsafePointer<any BagOperation>, _ pass: OperationPass<Float>) {
    operation.pointee.forward(pass)
  }
  public static func backward(_ operation: UnsafePointer<any BagOperation>, _ pass: OperationPass<Float>) {
    operation.pointee.backward(pass)
  }
  public static func move(_ rule: any UpdateRule, _ scalars: MovedScalars<Float>) { rule.move(scalars) }
  public static func move(
    _ rule: any UpdateRule, _ scalars: MovedScalars<Float>, along gradient: ProductGradient<Float>
  ) {
    rule.move(scalars, along: gradient)
  }
  public static func move(
    _ rule: any UpdateRule, _ scalars: MovedScalars<Float>, along gradient: SparseProductGradient<Float>
  ) {
    rule.move(scalars, along: gradient)
  }
}

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Double: KernelScalar {
  public var index: Int { Int(self) }

  public static func exponential(_ x: Double) -> Double { Foundation.exp(x) }
  public static func logarithm(_ x: Double) -> Double { Foundation.log(x) }
  public static func raised(_ x: Double, to exponent: Double) -> Double { Foundation.pow(x, exponent) }
  public static func cosine(_ x: Double) -> Double { Foundation.cos(x) }
  public static func sine(_ x: Double) -> Double { Foundation.sin(x) }

  public static func exponential(
    _ n: Int, _ input: UnsafePointer<Double>, scale: Double, shift: Double, _ output: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<n { output[i] = Foundation.exp(input[i] * scale + shift) }
  }
  public static func tanh(_ n: Int, _ input: UnsafePointer<Double>, _ output: UnsafeMutablePointer<Double>) {
    for i in 0..<n { output[i] = Foundation.tanh(input[i]) }
  }
  public static func sigmoid(_ n: Int, _ input: UnsafePointer<Double>, _ output: UnsafeMutablePointer<Double>) {
    for i in 0..<n { output[i] = 1 / (1 + Foundation.exp(-input[i])) }
  }

  public static func forward(_ operation: UnsafePointer<any BagOperation>, _ pass: OperationPass<Double>) {
    operation.pointee.forward(pass)
  }
  public static func backward(_ operation: UnsafePointer<any BagOperation>, _ pass: OperationPass<Double>) {
    operation.pointee.backward(pass)
  }
  public static func move(_ rule: any UpdateRule, _ scalars: MovedScalars<Double>) { rule.move(scalars) }
  public static func move(
    _ rule: any UpdateRule, _ scalars: MovedScalars<Double>, along gradient: ProductGradient<Double>
  ) {
    gradient.forEachRow { rule.move(scalars.row($0, of: gradient.n, gradient: $1)) }
  }
  public static func move(
    _ rule: any UpdateRule, _ scalars: MovedScalars<Double>, along gradient: SparseProductGradient<Double>
  ) {
    gradient.forEachRow { rule.move(scalars.row($0, of: gradient.n, gradient: $1)) }
  }
}
