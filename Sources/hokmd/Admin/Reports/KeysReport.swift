package import JSON

/// The cluster keys by their names, never themselves.
package struct KeysReport: AdminReport {
    package struct Key: AdminReport {
        /// Eight hexadecimal digits.
        package var id: String
        /// Whether packets are sealed with it.
        package var isPrimary: Bool

        package init(id: String, isPrimary: Bool) {
            self.id = id
            self.isPrimary = isPrimary
        }

        package func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("id", id)
            writer.member("primary", flag: isPrimary)
            writer.endObject()
        }
    }

    package var keys: [Key]

    package init(keys: [Key]) {
        self.keys = keys
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("keys", reports: keys)
        writer.endObject()
    }
}

/// What an action did.
package struct ActionReport: AdminReport {
    package var done: String

    package init(done: String) {
        self.done = done
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("done", done)
        writer.endObject()
    }
}

/// From which level on lines are logged.
package struct LogLevelReport: AdminReport {
    package var level: String

    package init(level: String) {
        self.level = level
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("level", level)
        writer.endObject()
    }
}
