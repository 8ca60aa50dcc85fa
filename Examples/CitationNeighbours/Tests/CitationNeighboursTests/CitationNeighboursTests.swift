import CitationNeighbours
import MILBench
import MILBenchTesting
import Testing

@Suite("CitationNeighbours")
struct CitationNeighboursTests {
  /// All contracts except the one on learning by heart: neighbours may outvote a training bag itself.
  private static let contracts = ModelContract.all.filter { !$0.description.contains("learned by heart") }

  @Test("The model keeps to what every model keeps to", arguments: contracts)
  func contract(_ contract: ModelContract) throws {
    try contract.check(ModelUnderTest("citation-neighbours", in: .withCitationNeighbours()))
  }

  @Test("Votes are those of references and citers, whether distances are shared or not")
  func votes() throws {
    // On a line: negative bags near 0, positive ones near 10.
    let places: [Float] = [0, 1, 2, 10, 11, 12]
    let bags = try BagDataset(
      name: "line", instances: Matrix(places.map { [$0] }), offsets: Array(0...6),
      targets: .classes([0, 0, 0, 1, 1, 1]))
    let others = try BagDataset(
      name: "others", instances: Matrix([[1.4], [10.6], [6.4]]), offsets: [0, 1, 2, 3], targets: .classes([0, 1, 1]))
    var model = CitationNeighbours()
    (model.references, model.citers) = (2, 2)
    for context in [FitContext(seed: 1), FitContext(seed: 1, shared: SharedBags(bags))] {
      // 1.4: references 1 and 2, citers 0, 1 and 2. 6.4: references 10 and 2 tie, and no bag cites it.
      #expect(try model.fit(bags, context).predict(others) == [-5.5, 4.5, -0.5])
    }
  }
}
