import CKernels
import Foundation
import LinearAlgebra

/// A scalar that graphs run on, `Float` or `Double`: the BLAS calls, and functions of one number and of many.
///
/// Functions of many numbers are implemented in C for `Float`. `Double` serves checks, so its loops simply call the C
/// library's functions.
public protocol KernelScalar: BLASScalar {}

extension Float: KernelScalar {}
extension Double: KernelScalar {}

// Once compiled for one of the two types, a function keeps the branch of that type alone.
extension KernelScalar {
  /// The whole number stored as this scalar; the conversion of arbitrary numbers is slow in generic code.
  @inlinable @inline(__always)
  package var index: Int {
    Self.self == Float.self ? Int(unsafeBitCast(self, to: Float.self)) : Int(unsafeBitCast(self, to: Double.self))
  }

  /// Returns e to the power of x.
  @inlinable @inline(__always)
  public static func exponential(_ x: Self) -> Self { mapped(x, Foundation.exp, Foundation.exp) }
  /// Returns the natural logarithm.
  @inlinable @inline(__always)
  public static func logarithm(_ x: Self) -> Self { mapped(x, Foundation.log, Foundation.log) }
  /// Returns the cosine.
  @inlinable @inline(__always)
  package static func cosine(_ x: Self) -> Self { mapped(x, Foundation.cos, Foundation.cos) }
  /// Returns the sine.
  @inlinable @inline(__always)
  package static func sine(_ x: Self) -> Self { mapped(x, Foundation.sin, Foundation.sin) }

  /// Returns x to the power of `exponent`.
  @inlinable @inline(__always)
  package static func raised(_ x: Self, to exponent: Self) -> Self {
    mapped(
      x, { Foundation.pow($0, unsafeBitCast(exponent, to: Float.self)) },
      { Foundation.pow($0, unsafeBitCast(exponent, to: Double.self)) })
  }

  @inlinable @inline(__always)
  static func mapped(_ x: Self, _ single: (Float) -> Float, _ double: (Double) -> Double) -> Self {
    if Self.self == Float.self {
      unsafeBitCast(single(unsafeBitCast(x, to: Float.self)), to: Self.self)
    } else {
      unsafeBitCast(double(unsafeBitCast(x, to: Double.self)), to: Self.self)
    }
  }

  /// Computes out = exp(in * scale + shift); out may be in.
  public static func exponential(
    _ n: Int, _ input: UnsafePointer<Self>, scale: Self, shift: Self, _ output: UnsafeMutablePointer<Self>
  ) {
    if Self.self == Float.self {
      ck_exp(
        n, input.of(Float.self), unsafeBitCast(scale, to: Float.self), unsafeBitCast(shift, to: Float.self),
        output.of(Float.self))
    } else {
      for i in 0..<n { output[i] = exponential(input[i] * scale + shift) }
    }
  }

  /// Computes out = tanh(in); out may be in.
  static func tanh(_ n: Int, _ input: UnsafePointer<Self>, _ output: UnsafeMutablePointer<Self>) {
    if Self.self == Float.self {
      ck_tanh(n, input.of(Float.self), output.of(Float.self))
    } else {
      let (input, output) = (input.of(Double.self), output.of(Double.self))
      for i in 0..<n { output[i] = Foundation.tanh(input[i]) }
    }
  }

  /// Computes out = 1 / (1 + exp(-in)); out may be in.
  static func sigmoid(_ n: Int, _ input: UnsafePointer<Self>, _ output: UnsafeMutablePointer<Self>) {
    if Self.self == Float.self {
      ck_sigmoid(n, input.of(Float.self), output.of(Float.self))
    } else {
      for i in 0..<n { output[i] = 1 / (1 + exponential(-input[i])) }
    }
  }
}

// MARK: - Code of one precision

extension KernelScalar {
  /// Runs an operation's code for this precision, forward; by pointer, since a copy of it costs time in each step.
  @inline(__always)
  static func forward(_ operation: UnsafePointer<any BagOperation>, _ pass: OperationPass<Self>) {
    if Self.self == Float.self {
      operation.pointee.forward(unsafeBitCast(pass, to: OperationPass<Float>.self))
    } else {
      operation.pointee.forward(unsafeBitCast(pass, to: OperationPass<Double>.self))
    }
  }

  /// Runs an operation's code for this precision, backward.
  @inline(__always)
  static func backward(_ operation: UnsafePointer<any BagOperation>, _ pass: OperationPass<Self>) {
    if Self.self == Float.self {
      operation.pointee.backward(unsafeBitCast(pass, to: OperationPass<Float>.self))
    } else {
      operation.pointee.backward(unsafeBitCast(pass, to: OperationPass<Double>.self))
    }
  }

  /// Runs a rule's code for this precision.
  @inline(__always)
  static func move(_ rule: any FusedUpdateRule, _ scalars: MovedScalars<Self>) {
    if Self.self == Float.self {
      rule.move(unsafeBitCast(scalars, to: MovedScalars<Float>.self))
    } else {
      rule.move(unsafeBitCast(scalars, to: MovedScalars<Double>.self))
    }
  }

  /// Runs a rule's code for this precision along a gradient that is computed on the fly.
  @inline(__always)
  static func move(_ rule: any FusedUpdateRule, _ scalars: MovedScalars<Self>, along gradient: ProductGradient<Self>) {
    if Self.self == Float.self {
      rule.move(
        unsafeBitCast(scalars, to: MovedScalars<Float>.self),
        along: unsafeBitCast(gradient, to: ProductGradient<Float>.self))
    } else {
      gradient.forEachRow { move(rule, scalars.row($0, of: gradient.n, gradient: $1)) }
    }
  }

  /// Runs a rule's code for this precision along a gradient of sparse instances that is computed on the fly.
  @inline(__always)
  static func move(
    _ rule: any FusedUpdateRule, _ scalars: MovedScalars<Self>, along gradient: SparseProductGradient<Self>
  ) {
    if Self.self == Float.self {
      rule.move(
        unsafeBitCast(scalars, to: MovedScalars<Float>.self),
        along: unsafeBitCast(gradient, to: SparseProductGradient<Float>.self))
    } else {
      gradient.forEachRow { move(rule, scalars.row($0, of: gradient.n, gradient: $1)) }
    }
  }
}
