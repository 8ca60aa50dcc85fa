import CKernels
import Foundation
import LinearAlgebra

/// A scalar that graphs run on: the BLAS calls, and the loops that are written in C for `Float`.
///
/// `Double` serves the gradient check, so its loops are plain ones over the C library's functions.
protocol KernelScalar: BLASScalar {
  /// A whole number that is kept as a scalar; the conversion of any number is slow in generic code.
  var index: Int { get }

  static func exponential(_ x: Self) -> Self
  static func logarithm(_ x: Self) -> Self
  static func raised(_ x: Self, to exponent: Self) -> Self
  static func cosine(_ x: Self) -> Self
  static func sine(_ x: Self) -> Self

  /// out = exp(in * scale + shift)
  static func exponential(
    _ n: Int, _ input: UnsafePointer<Self>, scale: Self, shift: Self, _ output: UnsafeMutablePointer<Self>)
  static func tanh(_ n: Int, _ input: UnsafePointer<Self>, _ output: UnsafeMutablePointer<Self>)
  static func sigmoid(_ n: Int, _ input: UnsafePointer<Self>, _ output: UnsafeMutablePointer<Self>)
  static func relu(_ n: Int, _ input: UnsafePointer<Self>, _ output: UnsafeMutablePointer<Self>)
  /// out = result > 0 ? in : 0
  static func reluBackward(
    _ n: Int, result: UnsafePointer<Self>, _ input: UnsafePointer<Self>, _ output: UnsafeMutablePointer<Self>)

  /// mask = random < threshold ? 0 : scale, and out = in * mask
  static func dropout(
    _ n: Int, random: UnsafePointer<UInt16>, threshold: UInt16, scale: Self, _ input: UnsafePointer<Self>,
    mask: UnsafeMutablePointer<Self>, _ output: UnsafeMutablePointer<Self>)

  /// One step of stochastic gradient descent over n parameters; see ``Optimiser``.
  static func descend(
    _ n: Int, gradient: UnsafePointer<Self>, weight: UnsafeMutablePointer<Self>, velocity: UnsafeMutablePointer<Self>,
    _ step: DescentStep<Self>)
  /// One step of Adam over n parameters; see ``Optimiser``.
  static func adam(
    _ n: Int, gradient: UnsafePointer<Self>, weight: UnsafeMutablePointer<Self>, first: UnsafeMutablePointer<Self>,
    second: UnsafeMutablePointer<Self>, _ step: AdamStep<Self>)

  // Steps of a weight matrix (m x n) along a gradient that is never stored, and the other products of few rows.
  static func descend(
    along g: Outer<Self>, _ weight: UnsafeMutablePointer<Self>, _ velocity: UnsafeMutablePointer<Self>,
    _ step: DescentStep<Self>)
  static func adam(
    along g: Outer<Self>, _ weight: UnsafeMutablePointer<Self>, _ first: UnsafeMutablePointer<Self>,
    _ second: UnsafeMutablePointer<Self>, _ step: AdamStep<Self>)
  static func descend(
    along g: SparseOuter<Self>, _ weight: UnsafeMutablePointer<Self>, _ velocity: UnsafeMutablePointer<Self>,
    _ step: DescentStep<Self>)
  static func adam(
    along g: SparseOuter<Self>, _ weight: UnsafeMutablePointer<Self>, _ first: UnsafeMutablePointer<Self>,
    _ second: UnsafeMutablePointer<Self>, _ step: AdamStep<Self>)
  static func productTransposed(
    m: Int, n: Int, k: Int, d: UnsafePointer<Self>, w: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>)
  static func sparseRowProduct(
    _ count: Int, _ columns: UnsafePointer<Int32>, _ values: UnsafePointer<Self>, _ w: UnsafePointer<Self>, n: Int,
    start: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>)
}

extension Float: KernelScalar {
  var index: Int { Int(self) }

  static func exponential(_ x: Float) -> Float { Foundation.exp(x) }
  static func logarithm(_ x: Float) -> Float { Foundation.log(x) }
  static func raised(_ x: Float, to exponent: Float) -> Float { Foundation.pow(x, exponent) }
  static func cosine(_ x: Float) -> Float { Foundation.cos(x) }
  static func sine(_ x: Float) -> Float { Foundation.sin(x) }

  static func exponential(
    _ n: Int, _ input: UnsafePointer<Float>, scale: Float, shift: Float, _ output: UnsafeMutablePointer<Float>
  ) {
    ck_exp(n, input, scale, shift, output)
  }
  static func tanh(_ n: Int, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>) {
    ck_tanh(n, input, output)
  }
  static func sigmoid(_ n: Int, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>) {
    ck_sigmoid(n, input, output)
  }
  static func relu(_ n: Int, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>) {
    ck_relu(n, input, output)
  }
  static func reluBackward(
    _ n: Int, result: UnsafePointer<Float>, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>
  ) {
    ck_relu_backward(n, result, input, output)
  }
  static func dropout(
    _ n: Int, random: UnsafePointer<UInt16>, threshold: UInt16, scale: Float, _ input: UnsafePointer<Float>,
    mask: UnsafeMutablePointer<Float>, _ output: UnsafeMutablePointer<Float>
  ) {
    ck_dropout(n, random, threshold, scale, input, mask, output)
  }
  static func descend(
    _ n: Int, gradient: UnsafePointer<Float>, weight: UnsafeMutablePointer<Float>,
    velocity: UnsafeMutablePointer<Float>, _ step: DescentStep<Float>
  ) {
    ck_sgd_momentum(n, gradient, weight, velocity, step.rate, step.momentum, step.decay, step.nesterov ? 1 : 0)
  }
  static func adam(
    _ n: Int, gradient: UnsafePointer<Float>, weight: UnsafeMutablePointer<Float>, first: UnsafeMutablePointer<Float>,
    second: UnsafeMutablePointer<Float>, _ step: AdamStep<Float>
  ) {
    ck_adam(
      n, gradient, weight, first, second, step.rate, step.beta1, step.beta2, step.secondScale, step.epsilon,
      step.decay, step.keep)
  }
}

extension Double: KernelScalar {
  var index: Int { Int(self) }

  static func exponential(_ x: Double) -> Double { Foundation.exp(x) }
  static func logarithm(_ x: Double) -> Double { Foundation.log(x) }
  static func raised(_ x: Double, to exponent: Double) -> Double { Foundation.pow(x, exponent) }
  static func cosine(_ x: Double) -> Double { Foundation.cos(x) }
  static func sine(_ x: Double) -> Double { Foundation.sin(x) }

  static func exponential(
    _ n: Int, _ input: UnsafePointer<Double>, scale: Double, shift: Double, _ output: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<n { output[i] = Foundation.exp(input[i] * scale + shift) }
  }
  static func tanh(_ n: Int, _ input: UnsafePointer<Double>, _ output: UnsafeMutablePointer<Double>) {
    for i in 0..<n { output[i] = Foundation.tanh(input[i]) }
  }
  static func sigmoid(_ n: Int, _ input: UnsafePointer<Double>, _ output: UnsafeMutablePointer<Double>) {
    for i in 0..<n { output[i] = 1 / (1 + Foundation.exp(-input[i])) }
  }
  static func relu(_ n: Int, _ input: UnsafePointer<Double>, _ output: UnsafeMutablePointer<Double>) {
    for i in 0..<n { output[i] = input[i] < 0 ? 0 : input[i] }
  }
  static func reluBackward(
    _ n: Int, result: UnsafePointer<Double>, _ input: UnsafePointer<Double>, _ output: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<n { output[i] = result[i] > 0 ? input[i] : 0 }
  }
  static func dropout(
    _ n: Int, random: UnsafePointer<UInt16>, threshold: UInt16, scale: Double, _ input: UnsafePointer<Double>,
    mask: UnsafeMutablePointer<Double>, _ output: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<n {
      mask[i] = random[i] < threshold ? 0 : scale
      output[i] = input[i] * mask[i]
    }
  }
  static func descend(
    _ n: Int, gradient: UnsafePointer<Double>, weight: UnsafeMutablePointer<Double>,
    velocity: UnsafeMutablePointer<Double>, _ step: DescentStep<Double>
  ) {
    for i in 0..<n {
      let move = step.rate * (gradient[i] + step.decay * weight[i])
      velocity[i] = step.momentum * velocity[i] - move
      weight[i] += step.nesterov ? step.momentum * velocity[i] - move : velocity[i]
    }
  }
  static func adam(
    _ n: Int, gradient: UnsafePointer<Double>, weight: UnsafeMutablePointer<Double>,
    first: UnsafeMutablePointer<Double>, second: UnsafeMutablePointer<Double>, _ step: AdamStep<Double>
  ) {
    for i in 0..<n {
      let slope = gradient[i] + step.decay * weight[i]
      first[i] = step.beta1 * first[i] + (1 - step.beta1) * slope
      second[i] = step.beta2 * second[i] + (1 - step.beta2) * slope * slope
      weight[i] =
        weight[i] * step.keep - step.rate * first[i] / (second[i].squareRoot() * step.secondScale + step.epsilon)
    }
  }
}
