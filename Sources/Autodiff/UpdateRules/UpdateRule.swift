/// How parameters follow their gradients, as a value that is begun anew in each step.
///
/// A rule is two functions over state: ``begin(rate:)`` works out the numbers of a step, and `move(_:)` moves some
/// scalars by them, with the running means that they keep. It is made known by ``Optimiser/Method/init(_:)``; rules of this
/// module are listed in `Optimiser.Method.allCases`.
public protocol UpdateRule: Sendable {
  /// The name on the command line and in files.
  static var id: String { get }
  /// The state before the first step, of constants that are kept in a precision.
  init(_ optimiser: Optimiser, _ precision: ParameterPrecision)
  /// The number of running means that each scalar keeps; they start at 0.
  var meanCount: Int { get }
  /// Whether a scalar's move depends on its own gradient, value and means alone; false by default.
  ///
  /// Lets weights be moved as their gradient is made, which is then never stored. Otherwise `move(_:)` is called once for
  /// each parameter, as a whole.
  var treatsScalarsSeparately: Bool { get }
  /// Works out the numbers of the next step, of the given step size.
  mutating func begin(rate: Double)
  /// Moves scalars in single precision.
  func move(_ scalars: MovedScalars<Float>)
  /// Moves scalars in double precision.
  func move(_ scalars: MovedScalars<Double>)
  /// Moves a matrix of weights along a gradient that is made on the way; by default row after row.
  func move(_ scalars: MovedScalars<Float>, along gradient: ProductGradient<Float>)
  /// Moves rows of a matrix of weights along a gradient that is made on the way; by default row after row.
  func move(_ scalars: MovedScalars<Float>, along gradient: SparseProductGradient<Float>)
}

extension UpdateRule {
  /// No assumption.
  public var treatsScalarsSeparately: Bool { false }

  /// Row after row.
  public func move(_ scalars: MovedScalars<Float>, along gradient: ProductGradient<Float>) {
    gradient.forEachRow { move(scalars.row($0, of: gradient.n, gradient: $1)) }
  }

  /// Row after row.
  public func move(_ scalars: MovedScalars<Float>, along gradient: SparseProductGradient<Float>) {
    gradient.forEachRow { move(scalars.row($0, of: gradient.n, gradient: $1)) }
  }
}

/// A rule that is one code in both precisions.
package protocol GenericUpdateRule: UpdateRule {
  /// Moves scalars.
  func follow<Scalar: KernelScalar>(_ scalars: MovedScalars<Scalar>)
}

extension GenericUpdateRule {
  /// The generic code in single precision.
  @inlinable package func move(_ scalars: MovedScalars<Float>) { follow(scalars) }
  /// The generic code in double precision.
  @inlinable package func move(_ scalars: MovedScalars<Double>) { follow(scalars) }
}

/// The scalar type that parameters are kept in.
public enum ParameterPrecision: Sendable {
  /// `Float`.
  case single
  /// `Double`.
  case double

  /// The number as this precision has it: 1 - 0.999 in single precision is off by 1e-5 of its value.
  public func rounded(_ value: Double) -> Double { self == .single ? Double(Float(value)) : value }
}

/// Some scalars that a rule moves together.
public struct MovedScalars<Scalar: KernelScalar> {
  /// The number of scalars.
  public let count: Int
  /// The derivative of the loss by each.
  public let gradient: UnsafePointer<Scalar>
  /// The scalars.
  public let values: UnsafeMutablePointer<Scalar>
  /// Whether weight decay applies to them.
  public let decays: Bool
  @usableFromInline let means: UnsafeMutablePointer<Scalar>
  @usableFromInline let stride: Int

  init(
    count: Int, gradient: UnsafePointer<Scalar>, values: UnsafeMutablePointer<Scalar>, decays: Bool,
    means: UnsafeMutablePointer<Scalar>, stride: Int
  ) {
    self.count = count
    self.gradient = gradient
    self.values = values
    self.decays = decays
    self.means = means
    self.stride = stride
  }

  /// One of the running means of each scalar, counted from 0.
  @inlinable
  public func means(_ index: Int) -> UnsafeMutablePointer<Scalar> { means + index * stride }

  /// A row of `n` of them, along a gradient of its own.
  func row(_ row: Int, of n: Int, gradient: UnsafePointer<Scalar>) -> MovedScalars {
    MovedScalars(
      count: n, gradient: gradient, values: values + row * n, decays: decays, means: means + row * n, stride: stride)
  }
}
