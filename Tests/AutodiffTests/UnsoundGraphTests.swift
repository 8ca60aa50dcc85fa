import Autodiff
import Testing

/// An operation with a given shape.
private struct Shaped: GenericOperation {
  let result: VariableShape

  func shape(of arguments: [VariableShape]) throws -> VariableShape { result }
  func evaluate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {}
  func differentiate<Scalar: KernelScalar>(_ pass: OperationPass<Scalar>) {}
}

extension Variable {
  fileprivate func shaped(_ rows: RowKind, _ columns: Int) -> Variable {
    Shaped(result: VariableShape(rows: rows, columns: columns)).applied(to: self)
  }
}

@Suite("Graphs that cannot be")
struct UnsoundGraphTests {
  static let mistakes = [
    Mistake("two variables of different graphs meet") { $0.instances + ComputationGraph(featureCount: 5).instances },
    Mistake("two variables of different graphs meet") {
      // A list of pairs from another graph.
      $0.instances.atSources(of: ComputationGraph(featureCount: 5).instances.nearest(2)).sumOverSources().linear(
        "a", to: 3)
    },
    Mistake("a variable would have a row for pairs(0), of which there is no list") {
      $0.instances.shaped(.pairs(0), 2)
    },
    Mistake("a variable would have a row for pairs(-1), of which there is no list") {
      $0.instances.nearest(2).shaped(.pairs(-1), 2)
    },
    Mistake("a variable would have 0 columns with a row for bags, expected 1 to 268435456 values") {
      $0.instances.shaped(.bags, 0).linear("a", to: 2)
    },
    Mistake("a variable would have -4 columns with a row for instances, expected 1 to 268435456 values") {
      $0.instances + $0.constant(1, rows: .instances, columns: -4)
    },
    Mistake("a variable would have 100000 columns with a row for slots(100000), expected 1 to 268435456 values") {
      $0.slots("p", count: 100_000, columns: 100_000)
    },
    Mistake("a variable would have 9223372036854775807 columns with a row for bags, expected 1 to 268435456 values") {
      $0.labels.shaped(.bags, .max)
    },
    Mistake("parameter a.weight would be 5 x 9223372036854775807, expected at most 268435456 rows and as many columns")
    {
      $0.instances.linear("a", to: .max)
    },
  ]

  @Test("Everything that is asked of them gives an error or a number", arguments: mistakes)
  func mistake(_ mistake: Mistake) throws {
    let graph = ComputationGraph(featureCount: 5)
    let value = mistake.trace(graph)
    #expect(graph.valueCount(instances: 1 << 24, bags: 1 << 24, edges: 1 << 24) > 0)
    #expect(graph.parameterCount >= 0)
    let bags = drawnBags(sizes: [2, 3], features: 5)
    #expect((#expect(throws: GraphError.self) { try graph.check(bags) })?.problem == mistake.testDescription)
    let error = #expect(throws: GraphError.self) { try Evaluator(graph: graph, outputs: [value], seed: 1) }
    #expect(error?.problem == mistake.testDescription)
  }
}
