using System.CommandLine;
using Diffah.Cli.Hosting;
using Diffah.Cli.Options;
using Diffah.Cli.Progress;
using Diffah.Cli.Results;
using Diffah.Engine.Diagnostics;

namespace Diffah.Cli.Verbs;

/// <summary>A verb: options, one operation, and how its result looks.</summary>
internal abstract class Verb : Command
{
    private readonly GlobalOptions _globals;

    protected Verb(CommandLineHost host, GlobalOptions globals, string name, string description)
        : base(name, description)
    {
        (Host, _globals) = (host, globals);
        SetAction(InvokeAsync);
    }

    /// <summary>Commands to copy and adapt, one a line.</summary>
    public abstract string Example { get; }

    protected CommandLineHost Host { get; }

    /// <summary>Names of the arguments that a line lacks.</summary>
    public virtual IEnumerable<string> MissingArguments(ParseResult parsed) =>
        Arguments.Where(a => !IsOptional(a) && parsed.GetResult(a) is not { Tokens.Count: > 0 }).Select(a => a.Name);

    /// <summary>True where a line may do without an argument, whatever else is on it.</summary>
    public virtual bool IsOptional(Argument argument) => argument.Arity.MinimumNumberOfValues == 0;

    /// <summary>Does the verb's work. What it returns is written once progress is off the screen.</summary>
    protected abstract Task<VerbResult> RunAsync(
        ParseResult parsed, EventSink events, CancellationToken cancellationToken);

    /// <summary>What has to be done before progress may be shown, such as asking for a passphrase.</summary>
    protected virtual Task PrepareAsync(ParseResult parsed, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// The values on a line that may be <c>-</c>, for a standard stream. What is only planned is not written.
    /// </summary>
    protected virtual IEnumerable<StreamedValue> Streamed(ParseResult parsed) => [];

    /// <summary>Reads the user's own defaults for options, before anything else is done.</summary>
    /// <exception cref="DiffahException">The configuration file can't be used.</exception>
    protected virtual void LoadConfiguration() => Host.LoadConfiguration();

    /// <summary>What the global options come to.</summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    protected GlobalSettings ReadSettings(ParseResult parsed) => _globals.Read(parsed, Host);

    private async Task<int> InvokeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = ReadSettings(parsed);
        var streamed = Streamed(parsed).ToArray();
        StreamRules.Require(parsed, streamed, Host);
        LoadConfiguration();
        await PrepareAsync(parsed, cancellationToken);
        var started = Host.Time.GetTimestamp();
        VerbResult result;
        await using (var reporter = Reporter.Start(Host, settings))
            result = await RunAsync(parsed, new EventSink(reporter), cancellationToken);
        // An archive has standard output to itself.
        var isTaken = streamed.Any(v => v is { IsStream: true, IsOutput: true });
        var output = isTaken ? Host.Error : Host.Output;
        if (settings.Format == OutputFormat.Json)
            JsonEnvelope.WriteData(output, result.Data);
        else if (!isTaken || settings.Level <= LogLevel.Info)
            result.WriteText(output, Host.Time.GetElapsedTime(started));
        return result.ExitCode;
    }
}

/// <summary>What a verb has to say, in both formats.</summary>
/// <param name="Data">The envelope's data; a type that <see cref="CliJsonContext"/> knows.</param>
/// <param name="WriteText">Writes the same for people, who also read how long the work took.</param>
/// <param name="ExitCode">What the process answers with.</param>
internal sealed record VerbResult(object Data, Action<TextWriter, TimeSpan> WriteText, int ExitCode = 0)
{
    public VerbResult(object data, Action<TextWriter> writeText, int exitCode = 0)
        : this(data, (output, _) => writeText(output), exitCode)
    {
    }
}

/// <summary>A verb whose answer is a text in any format, and which needs no configuration.</summary>
internal abstract class TextVerb : Verb
{
    protected TextVerb(CommandLineHost host, GlobalOptions globals, string name, string description)
        : base(host, globals, name, description) => SetAction(parsed =>
        {
            Write(parsed);
            return ExitCodes.Done;
        });

    /// <summary>Writes the answer to the host's output.</summary>
    /// <exception cref="DiffahException">InvalidArgument.</exception>
    protected abstract void Write(ParseResult parsed);

    // The action above takes this one's place.
    protected sealed override Task<VerbResult> RunAsync(
        ParseResult parsed, EventSink events, CancellationToken cancellationToken) => throw new NotSupportedException();
}
