/// One step of a traced computation: its shape, its traits, its value and its derivatives.
///
/// An operation is a value in one file, with the method on ``Variable`` that applies it. Plans and runs use only its
/// ``OperationTraits``, so operations of other modules work equally well. Most conform to ``GenericOperation`` or
/// ``ElementOperation``, which need one implementation for both precisions.
public protocol BagOperation: Sendable {
  /// Returns the shape of the result.
  ///
  /// - Throws: ``GraphError`` if the operation does not accept such arguments.
  func shape(of arguments: [VariableShape]) throws -> VariableShape

  /// The assumptions that plans may make; none by default.
  var traits: OperationTraits { get }

  /// Writes the result in single precision.
  func forward(_ pass: OperationPass<Float>)
  /// Writes the result in double precision.
  func forward(_ pass: OperationPass<Double>)
  /// Stores or adds each argument's share of the gradient in single precision, by ``OperationPass/flow(_:)``.
  func backward(_ pass: OperationPass<Float>)
  /// Stores or adds each argument's share of the gradient in double precision, by ``OperationPass/flow(_:)``.
  func backward(_ pass: OperationPass<Double>)
}

extension BagOperation {
  /// No assumptions.
  public var traits: OperationTraits { OperationTraits() }

  /// Returns the result of the operation on variables of one graph.
  public func applied(to first: Variable, _ others: Variable...) -> Variable {
    first.graph.append(self, [first] + others)
  }
}

/// An operation with one implementation for both precisions.
public protocol GenericOperation: BagOperation {
  /// Writes the result.
  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>)
  /// Stores or adds each argument's share of the gradient, by ``OperationPass/flow(_:)``.
  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>)
}

// Each conforming type compiles these itself, and with them its generic code for both precisions.
extension GenericOperation {
  /// Runs the generic code in single precision.
  @inlinable public func forward(_ pass: OperationPass<Float>) { evaluate(pass) }
  /// Runs the generic code in double precision.
  @inlinable public func forward(_ pass: OperationPass<Double>) { evaluate(pass) }
  /// Runs the generic code in single precision.
  @inlinable public func backward(_ pass: OperationPass<Float>) { differentiate(pass) }
  /// Runs the generic code in double precision.
  @inlinable public func backward(_ pass: OperationPass<Double>) { differentiate(pass) }
}

/// A function of each element of one variable.
///
/// ``BagOperation/traits`` follow from ``derivativeReads``.
public protocol ElementOperation: GenericOperation {
  /// The values that the derivative reads.
  var derivativeReads: Set<OperationRead> { get }
  /// Computes y[i] = f(x[i]) for i in 0 ..< n; y may be x.
  func apply<Scalar: KernelScalar>(_ n: Int, _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>)
  /// Fills the gradient of x, ``OperationPass/fill(_:_:)``, from ``OperationPass/slope`` and the values the derivative
  /// reads.
  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>)
}

extension ElementOperation {
  /// Rows are independent, and the result may overwrite an argument that the derivative does not read.
  public var traits: OperationTraits {
    OperationTraits(treatsInstancesSeparately: true, backwardReads: derivativeReads, worksInPlace: true)
  }

  /// Returns the shape of the argument.
  public func shape(of arguments: [VariableShape]) throws -> VariableShape { try arguments.only("a function") }

  /// Applies the function to all elements.
  @inlinable
  public func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    let (input, result) = (pass.value(0), pass.result)
    pass.divide(pass.count) { apply($0.count, input + $0.lowerBound, result + $0.lowerBound) }
  }
}

extension [VariableShape] {
  /// Returns the only shape.
  ///
  /// - Throws: ``GraphError`` for another number of arguments; `name` names the operation.
  package func only(_ name: String) throws -> VariableShape {
    guard count == 1 else { throw GraphError("\(name) takes 1 variable, found \(count)") }
    return self[0]
  }

  /// Returns the only shape, with a row for each instance.
  ///
  /// - Throws: ``GraphError`` for any other shape; `name` names the operation.
  package func onlyInstances(_ name: String) throws -> VariableShape {
    let shape = try only(name)
    guard shape.rows == .instances else {
      throw GraphError("\(name) needs a row an instance, found a row for \(shape.rows)")
    }
    return shape
  }
}
