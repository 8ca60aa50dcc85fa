import Foundation
import MILBags
import MILRecords
import UserInput

/// A layout of bags on disk that is opened in place: a folder of files, or a custom kind of file.
///
/// Such formats take precedence over the built-in layouts of single files. ``open(_:_:)`` reads what the table of bags
/// needs; features may stay on disk, behind an `InstanceSource`.
public protocol DatasetFormat: Sendable {
  /// The format's id, for `--format` and reports: lower-case letters, digits and hyphens.
  var id: String { get }
  /// The layout in a few words.
  var summary: String { get }

  /// Whether a file or folder has the layout, judged without reading all of it.
  func recognises(_ place: URL) -> Bool

  /// Opens a file or folder.
  ///
  /// - Parameters:
  ///   - place: the file or folder.
  ///   - options: the user's settings.
  /// - Throws: `ReadError` with the invalid place, or `DatasetError`.
  func open(_ place: URL, _ options: ReadOptions) throws -> BagDataset
}

extension LoadedDataset {
  /// Opens a file or folder with a format.
  package init(opened place: URL, as format: any DatasetFormat, options: ReadOptions) throws {
    let opened = try format.open(place, options)
    var settled = opened.reading?.options ?? options
    let known = settled.columns.bagFeatures
    settled.columns.bagFeatures = options.columns.bagFeatures ?? known
    settled.columns.set = options.columns.set ?? settled.columns.set
    var described = (dataset: opened, names: known, decision: ReadDecision?.none)
    if format is PackedBags, let known, settled.columns.bagFeatures == known, opened.featureNames == nil,
      known.count < opened.featureCount
    {
      // Packed bags whose features have no names keep those of bags last.
      described.dataset = try opened.describingBags(by: known.count)
    } else if opened.bagFeatureCount == 0 {
      described = try BagFeatures.settled(opened, settled.columns, file: place.path)
    }
    let divided = try InstanceSets.settled(described.dataset, settled.columns, file: place.path)
    (settled.columns.bagFeatures, settled.columns.set) = (described.names, divided.name)
    var dataset = try divided.dataset.knowingFingerprint()
    let isSet = options.format != nil
    var decisions = [
      ReadDecision(
        .format, format.id + ", " + (isSet ? options.reason(for: .format) : "by its content"), option: "--format")
    ]
    decisions += dataset.reading?.decisions ?? []
    for decision in [described.decision, divided.decision].compactMap(\.self) where !decisions.contains(decision) {
      decisions.append(decision)
    }
    let leftOut = dataset.reading?.leftOut ?? []
    dataset.reading = Reading(decisions: decisions, options: settled)
    dataset.reading?.leftOut = leftOut
    let notes =
      dataset.isInMemory
      ? [] : ["features are read as they are asked for, so they were not searched for copies of the label"]
    self.init(
      dataset: dataset, format: nil, sha256: try dataset.fingerprint, path: place.path, notes: notes)
    opener = format.id
    if let names = dataset.reading?.options.knownLabels { classNames = names }
    if case .classes(_, let names) = dataset.targets, names.count > 2 { classNames = names }
  }
}
