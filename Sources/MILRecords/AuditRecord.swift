import Foundation

/// One run of an audit: a model trained on the bags of an algorithmic test and judged on its test bags; one line of JSON.
///
/// The bags follow from the test, the padding, the counts and the seed, so that scores need not be kept.
package struct AuditRecord: JournalRecord {
  /// The number of the layout that this code writes and reads.
  package static let currentFormat = 1

  /// What a line of a journal of audits holds.
  package static let noun = "one run of an audit"

  /// The number of the record's layout.
  package var format = AuditRecord.currentFormat
  /// What identifies the run.
  public var key: AuditKey
  /// The resolved configuration of the model, as canonical JSON.
  package var configuration: String
  /// Whether the features were standardised by the training instances.
  package var isStandardised: Bool
  /// How the run ended.
  public var status = TrialStatus.failed
  /// Why it did not finish.
  package var message: String?
  /// The area under the ROC curve of the training bags, scored after training; nil where the run did not finish.
  package var trainingAUC: Double?
  /// The area under the ROC curve of the test bags; nil where the run did not finish.
  package var testAUC: Double?
  /// Wall-clock seconds of training and scoring.
  package var seconds = 0.0
  /// The version of the program that made the run.
  package var version: String
  /// The digest of the program whose code the model is, where that is not part of a release; nil otherwise.
  package var code: String?
  /// What tables call the model; nil in older records.
  package var title: String?
  /// The BLAS core that computed it.
  package var core: String

  /// A record of what is run, with nothing measured yet; the measured properties are set afterwards.
  package init(key: AuditKey, configuration: String, isStandardised: Bool, version: String, core: String) {
    self.key = key
    self.configuration = configuration
    self.isStandardised = isStandardised
    self.version = version
    self.core = core
  }

  /// Nil: no part of an audit's record contradicts another.
  package var problem: String? { nil }

  /// What a result follows from beside its key.
  package var settings: [String?] { [configuration, "\(isStandardised)", code] }
}

/// What identifies a run of an audit.
package struct AuditKey: Codable, Hashable, Sendable, CustomStringConvertible {
  /// The model id.
  package var model: String
  /// The name of the test's bags, for example `synthetic/two-concepts[version=2]`.
  package var test: String
  /// The number of instances up to which bags are padded with background; 0 for none.
  package var minimumSize: Int
  /// The number of training bags.
  package var trainingBags: Int
  /// The number of test bags.
  package var testBags: Int
  /// What bags and training follow from, from 1.
  package var seed: Int

  /// A key from its parts.
  package init(model: String, test: String, minimumSize: Int, trainingBags: Int, testBags: Int, seed: Int) {
    self.model = model
    self.test = test
    self.minimumSize = minimumSize
    self.trainingBags = trainingBags
    self.testBags = testBags
    self.seed = seed
  }

  /// One line for the user.
  package var description: String {
    "\(model), \(test)\(minimumSize > 0 ? " padded to \(minimumSize)" : ""), seed \(seed)"
  }
}
