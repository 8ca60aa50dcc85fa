/// The update of parameters by their gradients, as a value that starts anew in each step.
///
/// A rule is two functions over state: ``begin(rate:)`` computes the numbers of a step, and `move(_:)` updates some
/// scalars by them, together with their running means. ``Optimiser/Method/init(_:)`` makes a method of it; rules of
/// this module are listed in `Optimiser.Method.allCases`.
public protocol UpdateRule: Sendable {
  /// The name on the command line and in files.
  static var id: String { get }
  /// Creates the state before the first step, for parameters stored in a precision.
  init(_ optimiser: Optimiser, _ precision: ParameterPrecision)
  /// The number of running means per scalar; they start at 0.
  var meanCount: Int { get }
  /// Whether a scalar's update depends only on its own gradient, value and means; false by default.
  ///
  /// Weights can then be updated while their gradient is computed, which is never stored. Otherwise `move(_:)` is
  /// called once for each whole parameter.
  var treatsScalarsSeparately: Bool { get }
  /// Computes the numbers of the next step, with the given step size.
  mutating func begin(rate: Double)
  /// Updates scalars in single precision.
  func move(_ scalars: MovedScalars<Float>)
  /// Updates scalars in double precision.
  func move(_ scalars: MovedScalars<Double>)
}

extension UpdateRule {
  /// False: no assumption.
  public var treatsScalarsSeparately: Bool { false }
}

/// A rule with one implementation for both precisions.
public protocol GenericUpdateRule: UpdateRule {
  /// Updates scalars.
  func follow<Scalar: KernelScalar>(_ scalars: MovedScalars<Scalar>)
}

extension GenericUpdateRule {
  /// Runs the generic code in single precision.
  @inlinable public func move(_ scalars: MovedScalars<Float>) { follow(scalars) }
  /// Runs the generic code in double precision.
  @inlinable public func move(_ scalars: MovedScalars<Double>) { follow(scalars) }
}

/// The scalar type in which parameters are stored.
public enum ParameterPrecision: Sendable {
  /// `Float`.
  case single
  /// `Double`.
  case double

  /// Returns the number rounded to this precision: 1 - 0.999 in single precision is off by 1e-5 of its value.
  package func rounded(_ value: Double) -> Double { self == .single ? Double(Float(value)) : value }
}

/// Some scalars that a rule updates together.
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

  /// Returns one of the running means of each scalar, counted from 0.
  @inlinable
  public func means(_ index: Int) -> UnsafeMutablePointer<Scalar> { means + index * stride }

  /// Returns a row of `n` of the scalars, with its own gradient.
  func row(_ row: Int, of n: Int, gradient: UnsafePointer<Scalar>) -> MovedScalars {
    MovedScalars(
      count: n, gradient: gradient, values: values + row * n, decays: decays, means: means + row * n, stride: stride)
  }
}
