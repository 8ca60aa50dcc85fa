/// One step of a traced computation: its shape, its traits, its value and its derivatives.
///
/// An operation is a value in one file, with the method on ``Variable`` that applies it. Plans and runs know operations by
/// their ``OperationTraits`` alone, so an operation of another module is as good as one that stands here. Most conform to
/// ``GenericOperation`` or ``ElementOperation``, which need one code for both precisions.
public protocol BagOperation: Sendable {
  /// The shape of the result.
  ///
  /// - Throws: ``GraphError`` where the operation cannot take such arguments.
  func shape(of arguments: [VariableShape]) throws -> VariableShape

  /// What plans may assume; nothing by default.
  var traits: OperationTraits { get }

  /// Writes the result in single precision.
  func forward(_ pass: OperationPass<Float>)
  /// Writes the result in double precision.
  func forward(_ pass: OperationPass<Double>)
  /// Stores or adds the share of each argument's gradient in single precision, as ``OperationPass/flow(_:)`` says.
  func backward(_ pass: OperationPass<Float>)
  /// Stores or adds the share of each argument's gradient in double precision, as ``OperationPass/flow(_:)`` says.
  func backward(_ pass: OperationPass<Double>)
}

extension BagOperation {
  /// No assumption at all.
  public var traits: OperationTraits { OperationTraits() }

  /// The result of the operation on variables of one graph.
  public func applied(to first: Variable, _ others: Variable...) -> Variable {
    first.graph.append(self, [first] + others)
  }
}

/// An operation that is one code in both precisions.
public protocol GenericOperation: BagOperation {
  /// Writes the result.
  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>)
  /// Stores or adds the share of each argument's gradient, as ``OperationPass/flow(_:)`` says.
  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>)
}

// Each conforming type compiles these for itself, and with them its generic code for both precisions.
extension GenericOperation {
  /// The generic code in single precision.
  @inlinable public func forward(_ pass: OperationPass<Float>) { evaluate(pass) }
  /// The generic code in double precision.
  @inlinable public func forward(_ pass: OperationPass<Double>) { evaluate(pass) }
  /// The generic code in single precision.
  @inlinable public func backward(_ pass: OperationPass<Float>) { differentiate(pass) }
  /// The generic code in double precision.
  @inlinable public func backward(_ pass: OperationPass<Double>) { differentiate(pass) }
}

/// A function of each element of one variable.
///
/// ``BagOperation/traits`` follow from ``derivativeReads``.
public protocol ElementOperation: GenericOperation {
  /// What the derivative is written in terms of.
  var derivativeReads: OperationReads { get }
  /// y[i] = f(x[i]) for i in 0 ..< n; y may be x.
  func apply<Scalar: KernelScalar>(_ n: Int, _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>)
  /// Fills the gradient of x, ``OperationPass/fill(_:_:)``, from ``OperationPass/slope`` and what the derivative reads.
  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>)
}

extension ElementOperation {
  /// Rows do not meet, and the result may overwrite an argument that the derivative does not read.
  public var traits: OperationTraits {
    OperationTraits(treatsInstancesSeparately: true, backwardReads: derivativeReads, worksInPlace: true)
  }

  /// That of the argument.
  public func shape(of arguments: [VariableShape]) throws -> VariableShape { try arguments.only("a function") }

  /// The function of all elements.
  @inlinable
  public func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {
    apply(pass.count, pass.value(0), pass.result)
  }
}

extension [VariableShape] {
  /// The only shape.
  ///
  /// - Throws: ``GraphError`` where there is another number of arguments; `name` says of what.
  package func only(_ name: String) throws -> VariableShape {
    guard count == 1 else { throw GraphError("\(name) takes 1 variable, found \(count)") }
    return self[0]
  }

  /// The only shape, with a row for each instance.
  ///
  /// - Throws: ``GraphError`` where it is none; `name` is that of the operation.
  package func onlyInstances(_ name: String) throws -> VariableShape {
    let shape = try only(name)
    guard shape.rows == .instances else {
      throw GraphError("\(name) needs a row an instance, found a row for \(shape.rows)")
    }
    return shape
  }
}
