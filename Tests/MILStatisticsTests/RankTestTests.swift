import MILStatistics
import Testing

@Suite("Tests over data sets")
struct RankTestTests {
  @Test("Friedman's test and mean ranks agree with SciPy, ties included")
  func friedman() throws {
    for golden in try Golden.load().friedman {
      #expect(zip(Ranks.averages(golden.table), golden.ranks).allSatisfy { isClose($0, $1) })
      let found = try #require(FriedmanTest(golden.table))
      #expect(isClose(found.chiSquare, golden.chiSquare) && isClose(found.chiSquareP, golden.chiSquareP))
      #expect(isClose(found.f, golden.f) && isClose(found.p, golden.p))
      #expect((found.smallestPermutationP / golden.smallest - 1).magnitude < 1e-12)
    }
  }

  @Test("Data sets that tie all models give p = 1, those that rank all alike an F without bound")
  func friedmanLimits() throws {
    let tied = try #require(FriedmanTest([[0.5, 0.5, 0.5], [0.7, 0.7, 0.7]]))
    #expect(tied.chiSquare == 0 && tied.p == 1 && tied.chiSquareP == 1)
    let alike = try #require(FriedmanTest([[0.1, 0.2, 0.3], [0.7, 0.8, 0.9]]))
    #expect(alike.f == nil && alike.p == 0 && isClose(alike.chiSquare, 4))
    #expect(isClose(alike.smallestPermutationP, 1.0 / 6))
    #expect(FriedmanTest([[0.1, 0.2]]) == nil && FriedmanTest([[0.1], [0.2]]) == nil && FriedmanTest([]) == nil)
  }

  @Test("Wilcoxon's p-value is that of all assignments of signs, zeros after Pratt")
  func wilcoxon() throws {
    for golden in try Golden.load().wilcoxon {
      let found = WilcoxonTest(differences: golden.differences)
      #expect(found.count == golden.count && isClose(found.p, golden.p), "\(golden)")
      #expect(found.positiveRanks == golden.positive && found.negativeRanks == golden.negative)
      #expect(found.p >= WilcoxonTest.smallestP(count: golden.count) || golden.count == 0)
    }
    #expect(WilcoxonTest.smallestP(count: 5) == 0.0625 && WilcoxonTest.smallestP(count: 0) == 1)
  }

  @Test("Holm's adjustment agrees with stepping down by hand")
  func holm() throws {
    for golden in try Golden.load().holm {
      let found = HolmAdjustment.adjusted(golden.p)
      #expect(found.count == golden.p.count && zip(found, golden.adjusted).allSatisfy { isClose($0, $1) })
    }
  }

  @Test("Groups are the longest runs in which no pair is told apart")
  func groups() throws {
    for golden in try Golden.load().groups {
      let found = UndistinguishedGroups.runs(golden.p, level: 0.05)
      #expect(found.map { [$0.lowerBound, $0.upperBound] } == golden.runs)
    }
    #expect(UndistinguishedGroups.runs([], level: 0.05).isEmpty)
  }

  @Test("Means that differ by rounding alone are tied, and data sets without all figures are left out")
  func comparison() throws {
    let found = try #require(
      DatasetsComparison(
        models: ["a", "b"], datasets: ["one", "two", "three", "four"],
        figures: [[0.3, 0.1 + 0.2], [0.9, 0.8], [nil, 0.5], [0.7, 0.6]], level: 0.05))
    #expect(found.datasets == ["one", "two", "four"] && found.omittedDatasets == ["three"])
    #expect(found.ranks.map(\.model) == ["a", "b"])
    #expect(isClose(found.ranks[0].averageRank, 1.16666667) || found.ranks[0].averageRank == 1.16666667)
    // One zero of three, two of one sign: 2 / 2².
    #expect(found.wilcoxonP == [[1, 0.5], [0.5, 1]] && found.groups == [["a", "b"]])
    #expect(found.smallestWilcoxonP == 0.25 && found.smallestAdjustedP == 0.25)
    let one = try #require(
      DatasetsComparison(models: ["a", "b"], datasets: ["one"], figures: [[0.1, 0.2]], level: 0.05))
    #expect(one.ranks.map(\.model) == ["b", "a"] && one.friedmanP == nil && one.smallestWilcoxonP == 1)
    #expect(DatasetsComparison(models: ["a", "b"], datasets: ["one"], figures: [[0.1, nil]], level: 0.05) == nil)
    #expect(DatasetsComparison(models: ["a"], datasets: ["x", "y"], figures: [[0.1], [0.2]], level: 0.05) == nil)
    #expect(DatasetsComparison(models: [], datasets: [], figures: [], level: 0.05) == nil)
  }
}
