import MILStatistics
import Testing

@Suite("Survival curves")
struct SurvivalCurveTests {
  @Test("A step is at each time of an event, by the bags that were observed until then")
  func steps() throws {
    let times = [3.0, 2, 1, 2, 4]
    let events = [true, false, true, true, false]
    let curve = try #require(SurvivalCurve(times: times, events: events))
    // 5 bags at 1, 4 at 2 (one of them last seen then), 2 at 3.
    #expect(curve.steps.map(\.time) == [1, 2, 3] && curve.end == 4)
    for (share, expected) in zip(curve.steps.map(\.share), [4.0 / 5, 3.0 / 5, 3.0 / 10]) {
      #expect(abs(share - expected) < 1e-12)
    }
  }

  @Test("Without events the share stays 1, and with those of all bags it ends at 0")
  func ends() throws {
    #expect(SurvivalCurve(times: [1, 2], events: [false, false])?.steps.isEmpty == true)
    #expect(SurvivalCurve(times: [2, 2, 1], events: [true, true, true])?.steps.last?.share == 0)
    #expect(SurvivalCurve(times: [], events: []) == nil)
  }
}
