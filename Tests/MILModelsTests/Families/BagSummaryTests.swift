import Autodiff
import LinearAlgebra
import MILBags
import Testing

@testable import MILModels

@Suite("One number a bag")
struct BagSummaryTests {
  /// Returns bags of 1, 2, 3, ... images of two channels and two pixels; the second channel is bright in odd bags.
  private static func bags() throws -> BagDataset {
    let sizes = Array(1...8)
    var values: [Float] = []
    for bag in 0..<8 {
      for _ in 0..<sizes[bag] { values += [5, 7] + (bag % 2 == 0 ? [90, 110] : [10, 30]) }
    }
    return try BagDataset(
      name: "b", instances: Matrix(rows: 36, columns: 4, elements: values),
      offsets: sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }, labels: [1, 0, 1, 0, 1, 0, 1, 0]
    ).showing(ImageShape(channels: 2, height: 1, width: 2))
  }

  @Test("Scores follow the size of a bag or the mean of a channel, and are the same when the model was kept")
  func scores() throws {
    let bags = try Self.bags()
    let registry = try ModelRegistry.standard()
    func scores(_ id: String) throws -> [Double] {
      let model = try registry.resolve(id)
      let trained = try model.fit(bags, FitContext(seed: 1))
      let scores = try trained.predict(bags)
      #expect(try model.trained(from: trained.state()).predict(bags) == scores)
      return scores
    }
    // Negative bags are a little larger.
    let bySize = try scores("bag-summary")
    #expect(zip(bySize, bySize.dropFirst()).allSatisfy(>))
    let byColour = try scores("bag-summary[channel=2,statistic=channel-mean]")
    #expect(zip(byColour, bags.labels).allSatisfy { ($0 > 0.6) == ($1 == 1) && ($0 < 0.4) == ($1 == 0) })
    #expect(Set(try scores("bag-summary[statistic=channel-mean]")).count == 1)
  }

  @Test("A channel that is not there is refused in a sentence")
  func channels() throws {
    let model = try ModelRegistry.standard().resolve("bag-summary[channel=3,statistic=channel-mean]")
    let error = #expect(throws: NotApplicable.self) { try model.fit(Self.bags(), FitContext(seed: 1)) }
    #expect(error.map { line(of: $0) } == "channel 3 is asked for, the instances have 2")
  }
}
