namespace Diffah.Cli.Options;

/// <summary>How results are written.</summary>
internal enum OutputFormat
{
    Text,
    Json,
}

/// <summary>The least that a message must matter to be written.</summary>
internal enum LogLevel
{
    Debug,
    Info,
    Warn,
    Error,
}

/// <summary>How messages are written.</summary>
internal enum LogFormat
{
    Auto,
    Text,
    Json,
}

/// <summary>How progress is shown.</summary>
internal enum ProgressMode
{
    Auto,
    Bars,
    Lines,
    Off,
}

/// <summary>What the global options and their environment variables come to; nothing in it is auto any more.</summary>
/// <param name="Format">How results and errors are written.</param>
/// <param name="Level">The least that a message must matter.</param>
/// <param name="JsonLog">Whether messages are JSON records.</param>
/// <param name="Progress">Bars, lines or off.</param>
internal sealed record GlobalSettings(OutputFormat Format, LogLevel Level, bool JsonLog, ProgressMode Progress)
{
    public static GlobalSettings Default { get; } = new(OutputFormat.Text, LogLevel.Info, false, ProgressMode.Off);
}
