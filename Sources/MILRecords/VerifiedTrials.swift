import Foundation

/// The trials of an experiment that `milbench verify` ran again with the same bits, in a file beside their journal.
///
/// The file has no date and no order of its own: the same trials give the same bytes. Each trial has a checksum of its
/// figures, so an entry counts only while the journal has those figures.
package struct VerifiedTrials: Codable, Sendable, Equatable {
  /// One trial.
  package struct Trial: Codable, Sendable, Equatable, Comparable {
    /// The data set's name, the model id, and the protocol's name.
    package let dataset, model, `protocol`: String
    /// The repetition and the fold, from 1.
    package let repetition, fold: Int
    /// The BLAS core that computed it both times.
    package let core: String
    /// The checksum of its figures, see ``TrialRecord/figuresChecksum``.
    package let figures: String

    /// The trial's key.
    package var key: TrialKey {
      TrialKey(dataset: dataset, model: model, protocol: `protocol`, repetition: repetition, fold: fold)
    }

    /// Returns whether the left trial sorts before the right one.
    package static func < (left: Trial, right: Trial) -> Bool { left.key < right.key }
  }

  /// The name of the file.
  package static let fileName = "verified.json"
  /// The beginning of the file.
  package static let beginning = "{\"trials\":["

  /// The trials, sorted.
  package let trials: [Trial]

  /// Creates the list of records that were repeated with the same bits.
  package init(_ records: [TrialRecord]) {
    trials = records.map { record in
      Trial(
        dataset: record.dataset, model: record.model, protocol: record.protocol, repetition: record.repetition,
        fold: record.fold, core: record.core, figures: record.figuresChecksum)
    }.sorted()
  }

  /// Reads the file in a folder; nil if there is none.
  ///
  /// - Throws: the error of reading, or of decoding a file with other content.
  package init?(in folder: URL) throws {
    let file = folder.appending(path: Self.fileName)
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    self = try JSONDecoder().decode(VerifiedTrials.self, from: Data(contentsOf: file))
  }

  /// The content of the file: JSON with one trial on each line.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let lines = try trials.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
    return Self.beginning + "\n" + lines.joined(separator: ",\n") + "\n]}\n"
  }

  /// Returns the records that were repeated with the same bits and are unchanged since.
  package func matching(_ records: [TrialRecord]) -> Set<TrialKey> {
    let known = Dictionary(trials.map { ($0.key, $0) }) { first, _ in first }
    return Set(
      records.filter { record in
        known[record.key].map { $0.core == record.core && $0.figures == record.figuresChecksum } ?? false
      }.map(\.key))
  }
}

extension TrialRecord {
  /// The scores, or the outputs, bag after bag.
  package var allScores: [Double] { self.scores + (self.outputs ?? []).flatMap { $0 } }

  /// All results that a trial computes, as bits.
  package var figures: [UInt64] {
    var figures = (allScores + [self.threshold] + (self.valueByEpoch ?? [])).map(\.bitPattern)
    figures += self.lossByEpoch.map { UInt64($0.bitPattern) }
    figures += (self.correctByEpoch + [self.steps, self.parameters] + (self.called ?? [])).map {
      UInt64(bitPattern: Int64($0))
    }
    return figures
  }

  /// The checksum of all results that a trial computes, in hexadecimal: 64-bit FNV-1a over their bytes.
  package var figuresChecksum: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for figure in figures {
      for shift in stride(from: 0, to: 64, by: 8) {
        hash = (hash ^ (figure >> UInt64(shift) & 0xff)) &* 0x100_0000_01b3
      }
    }
    let text = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }
}
