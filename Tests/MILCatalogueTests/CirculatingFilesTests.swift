import Foundation
import LinearAlgebra
import MILBags
import MILFormats
import TestSupport
import Testing

@Suite("Files as they circulate", .enabled(if: Fixture.dataFolder != nil))
struct CirculatingFilesTests {
  private func url(_ path: String) throws -> URL { try #require(Fixture.dataFolder).appendingPathComponent(path) }
  private func load(_ path: String) throws -> BagDataset { try BagReader.read(url(path)).dataset }

  @Test("The layouts of one set agree; milpy's columns are affine", arguments: ["elephant", "fox", "tiger"])
  func layouts(name: String) throws {
    let prtools = try load("\(name)/\(name).mat")
    #expect(try load("\(name)/\(name)_lamda.mat").fingerprint == prtools.fingerprint)
    let milpy = try load("\(name)/\(name)_milpy.mat")
    #expect(milpy.offsets == prtools.offsets && milpy.labels == prtools.labels)
    #expect(milpy.featureCount == prtools.featureCount)
    for column in 0..<prtools.featureCount {
      let (x, y) = (prtools.instances.column(column), milpy.instances.column(column))
      #expect(abs(1 - abs(correlation(x, y) ?? 1)) < 1e-5, "column \(column + 1)")
      #expect((Set(x).count == 1) == (Set(y).count == 1), "column \(column + 1)")
    }
  }

  /// Returns the correlation of two columns; nil if one is constant.
  private func correlation(_ x: [Float], _ y: [Float]) -> Double? {
    guard Set(x).count > 1, Set(y).count > 1 else { return nil }
    let count = Double(x.count)
    let (a, b) = (x.map(Double.init), y.map(Double.init))
    let (meanA, meanB) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
    func sum(_ left: [Double], _ leftMean: Double, _ right: [Double], _ rightMean: Double) -> Double {
      zip(left, right).reduce(0) { $0 + ($1.0 - leftMean) * ($1.1 - rightMean) }
    }
    return sum(a, meanA, b, meanB) / (sum(a, meanA, a, meanA) * sum(b, meanB, b, meanB)).squareRoot()
  }

  @Test("Folds in MAT-files are those of the collection of schemes", arguments: ["elephant", "fox", "tiger"])
  func folds(name: String) throws {
    let dataset = try load("\(name)/\(name).mat")
    let schemes = try PredefinedFolds.read(url("\(name)/folds.json"), for: dataset)
    #expect(schemes.map(\.name) == ["lamda-10x10", "midatasets-5x10", "milpy-100x10"])
    #expect(schemes.map(\.isStratified) == [true, true, false])
    #expect(schemes.map(\.folds.repeats) == [10, 5, 100])
    let lamda = try PredefinedFolds.read(url("\(name)/figure_testIndex.mat"), for: dataset)
    #expect(lamda.map(\.folds.hash) == [schemes[0].folds.hash])
    let milpy = try PredefinedFolds.read(url("\(name)/\(name)_milpy.mat"), for: dataset)
    #expect(milpy.map(\.folds.hash) == [schemes[2].folds.hash])
  }

  @Test("The folds of musk1 fit the set in each of its layouts", arguments: ["clean1.data", "musk1.mat", "musk1.csv"])
  func muskFolds(file: String) throws {
    let dataset = try load("musk1/" + file).renamed("musk1")
    let scheme = try #require(try PredefinedFolds.read(url("musk1/folds.json"), for: dataset).first)
    #expect(scheme.isStratified && scheme.folds.repeats == 5 && scheme.folds.foldCount == 10)
  }

  @Test("The blood cells have their eight classes")
  func bloodCells() throws {
    let cells = try LabelledInstances.read(url("pbc_cell_shape/pbc_cell_shape.csv"))
    #expect(cells.count == 17092 && cells.features.columns == 4)
    #expect(
      cells.classNames
        == ["basophil", "eosinophil", "erythroblast", "ig", "lymphocyte", "monocyte", "neutrophil", "platelet"])
    #expect(cells.classCounts == [1218, 3117, 1551, 2895, 1214, 1420, 3329, 2348])
  }
}
