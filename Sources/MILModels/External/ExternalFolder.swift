import Containers
import Foundation
import MILBags
import Output
import Subprocesses
import UserInput

/// The temporary folder of an external model's trial, deleted with its contents after the last use.
final class ExternalFolder: Sendable {
  private let place: TemporaryFolder
  var url: URL { place.url }

  init() throws {
    do {
      place = try TemporaryFolder("milbench-external")
    } catch {
      throw ModelError("the temporary folder of a trial cannot be made: \(SystemReason.text(of: error))")
    }
  }

  /// Creates the folder for the program's temporary files, deleted with the rest.
  func temporary() throws -> URL {
    let folder = file("temporary")
    do {
      try WholeFile.makeFolder(folder)
    } catch {
      throw ModelError("the temporary folder of a trial: \(error)")
    }
    return folder
  }

  func file(_ name: String) -> URL { url.appending(path: name) }

  /// Removes the files that exist.
  func remove(_ names: [String]) throws {
    for name in names where FileManager.default.fileExists(atPath: file(name).path) {
      do {
        try FileManager.default.removeItem(at: file(name))
      } catch {
        throw ModelError("\(name) of an earlier call cannot be removed: \(SystemReason.text(of: error))")
      }
    }
  }

  func write(_ job: ExternalJob) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    do {
      try WholeFile.write(encoder.encode(job), to: file("job.json"))
    } catch {
      throw ModelError("the temporary folder of a trial: \(error)")
    }
  }

  func write(_ bags: BagDataset, to name: String, withLabels: Bool) throws {
    var arrays: [(name: String, content: NumPyWriter.Content)] = [
      ("instances", .matrix(try bags.matrix())), ("starts", .integers(Array(bags.offsets.dropLast()))),
      ("lengths", .integers((0..<bags.bagCount).map { bags[sizeOfBag: $0] })),
    ]
    if withLabels { arrays.append(("labels", .integers(bags.labels))) }
    try NumPyWriter.write(arrays, to: file(name))
  }

  /// The files in which the program answers.
  var answers: ExternalAnswers { ExternalAnswers(in: url) }
}
