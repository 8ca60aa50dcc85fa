import MILBags
import MILCatalogue

/// One thing that every model keeps to, as a check that throws where a model does not.
///
/// The contracts are plain values, so that any test framework can run them:
///
/// ```swift
/// @Test("Every contract is kept", arguments: ModelContract.all)
/// func contract(_ contract: ModelContract) throws {
///   try contract.check(ModelUnderTest("my-pooling", in: myRegistry()))
/// }
/// ```
public struct ModelContract: Sendable, CustomStringConvertible {
  /// What is kept to, as a sentence.
  public let name: String
  /// Whether only models that are one traced network are held to it.
  public let isForNetworks: Bool
  private let body: @Sendable (ModelUnderTest) throws -> Void

  init(_ name: String, isForNetworks: Bool = false, _ body: @escaping @Sendable (ModelUnderTest) throws -> Void) {
    self.name = name
    self.isForNetworks = isForNetworks
    self.body = body
  }

  /// The sentence.
  public var description: String { name }

  /// Holds a model to the contract; a model that is no network is not held to those of networks.
  ///
  /// - Throws: ``ContractViolation`` where the model does not keep to it, and the model's own error where it fails.
  public func check(_ model: ModelUnderTest) throws {
    if try isForNetworks && model.network() == nil { return }
    try body(model)
  }

  /// All contracts.
  public static let all =
    scoring + fitting + keeping + awkward + configuration + networks + tasks + furtherShortcuts
}

/// A contract that a model does not keep to.
package struct ContractViolation: Error, CustomStringConvertible {
  /// What was found and what was expected.
  package let description: String

  init(_ description: String) { self.description = description }
}

/// Throws a ``ContractViolation`` where a condition does not hold.
func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws {
  if !condition { throw ContractViolation(problem()) }
}

/// The error of a call that must fail.
func failure<Value>(_ expectation: String, _ body: () throws -> Value) throws -> any Error {
  do {
    _ = try body()
  } catch {
    return error
  }
  throw ContractViolation("no error, expected \(expectation)")
}

/// Requires of an error that it tells the user what is wrong in one line.
func requireOneLine(_ error: any Error) throws {
  let text = "\(error)"
  let describesItself = type(of: error) is any CustomStringConvertible.Type
  try require(
    !text.isEmpty && !text.contains("\n") && describesItself, "the error is not told in one line: \(text)")
}

/// Bags with planted witnesses, easily told apart.
package func plantedBags(
  _ count: Int = 12, sizes: ClosedRange<Int> = 1...6, features: Int = 4, shift: Double = 3, seed: UInt64 = 1
) throws -> BagDataset {
  try SyntheticBags.plantedWitness(
    bags: count, instancesPerBag: sizes, features: features, witnessRate: 0.5, shift: shift, seed: seed)
}

/// Whether two lists of scores agree up to rounding.
package func agree(_ left: [Double], _ right: [Double], within tolerance: Double = 2e-6) -> Bool {
  left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
}
