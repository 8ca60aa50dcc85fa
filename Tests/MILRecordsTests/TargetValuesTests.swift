import Testing

@testable import MILRecords

@Suite("The values of targets")
struct TargetValuesTests {
  private let classes = Targets.classes([2, 0, 1], names: ["a", "b", "c"])
  private let survival = Targets.survival(times: [2, 0.5], events: [true, false])

  @Test("Each kind has a number a bag, and classes and events only where there are some")
  func values() {
    #expect(classes.values == [2, 0, 1] && classes.classIndices == [2, 0, 1] && classes.classNames.count == 3)
    #expect(Targets.classes([1, 0], names: ["no", "yes"]).classNames.isEmpty)
    #expect(Targets.numbers([3]).values == [3] && Targets.numbers([3]).classIndices == nil)
    #expect(survival.values == [2, 0.5] && survival.events == [true, false])
    #expect(classes.events == nil && Targets.numbers([3]).events == nil && survival.classNames.isEmpty)
  }

  @Test("Tables have a column for each part of a target")
  func columns() {
    for targets in [classes, .labels([1]), .numbers([0.5]), survival] {
      #expect(targets.texts(of: 0).count == targets.columnTitles.count)
    }
    #expect(classes.texts(of: 0) == ["c"] && Targets.labels([1]).texts(of: 0) == ["1"])
    #expect(Targets.numbers([0.5]).texts(of: 0) == ["0.5"])
    #expect(survival.columnTitles == ["time", "event"] && survival.texts(of: 1) == ["0.5", "0"])
    #expect(classes.classText(1) == "b" && classes.classText(7) == "7")
  }

  @Test("Targets are joined in order, and those of another kind are left out")
  func joining() {
    #expect(Targets(joining: [classes, .numbers([1]), classes.selecting([1])]).values == [2, 0, 1, 0])
    #expect(Targets(joining: [survival, survival]).events == [true, false, true, false])
    #expect(Targets(joining: []).count == 0)
  }
}
