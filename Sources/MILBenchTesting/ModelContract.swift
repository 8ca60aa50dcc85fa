import MILBags
import MILCatalogue
import UserInput

/// A property that every model must have, as a check that throws if a model violates it.
///
/// The contracts are plain values, so any test framework can run them:
///
/// ```swift
/// @Test("Every contract is kept", arguments: ModelContract.all)
/// func contract(_ contract: ModelContract) throws {
///   try contract.check(ModelUnderTest("my-pooling", in: myRegistry()))
/// }
/// ```
public struct ModelContract: Sendable, OneLineText {
  /// The property, as a sentence.
  package let name: String
  /// Whether the contract applies only to models that are one traced network.
  package let isForNetworks: Bool
  private let body: @Sendable (ModelUnderTest) throws -> Void

  init(_ name: String, isForNetworks: Bool = false, _ body: @escaping @Sendable (ModelUnderTest) throws -> Void) {
    self.name = name
    self.isForNetworks = isForNetworks
    self.body = body
  }

  /// The property, as a sentence.
  package var line: String { name }

  /// Checks a model; contracts for networks skip a model that is not one.
  ///
  /// - Throws: ``ContractViolation`` if the model violates the contract, and the model's own error if it fails.
  public func check(_ model: ModelUnderTest) throws {
    if try isForNetworks && model.network() == nil { return }
    try body(model)
  }

  /// All contracts.
  public static let all =
    scoring + fitting + keeping + awkward + configuration + networks + tasks + furtherShortcuts
}

/// The violation of a contract by a model.
package struct ContractViolation: Error, CustomStringConvertible {
  /// The found and the expected behaviour.
  package let description: String

  init(_ description: String) { self.description = description }
}

/// Throws a ``ContractViolation`` if a condition is false.
func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws {
  if !condition { throw ContractViolation(problem()) }
}

/// Returns the error of a call that must fail.
func failure<Value>(_ expectation: String, _ body: () throws -> Value) throws -> any Error {
  do {
    _ = try body()
  } catch {
    return error
  }
  throw ContractViolation("no error, expected \(expectation)")
}

/// Requires an error to tell the user the problem in one line.
func requireOneLine(_ error: any Error) throws {
  let text = "\(error)"
  let describesItself = type(of: error) is any CustomStringConvertible.Type
  try require(
    !text.isEmpty && !text.contains("\n") && describesItself, "the error is not told in one line: \(text)")
}

/// Creates bags with planted witnesses, which are easy to classify.
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
