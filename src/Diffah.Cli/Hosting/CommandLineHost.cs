using System.Collections.Immutable;
using Diffah.Engine.Configuration;
using Diffah.Engine.Content;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Engine.Transports.Hosts;
using Diffah.Engine.Transports.Registry;

namespace Diffah.Cli.Hosting;

/// <summary>All that the command line takes from the process it runs in.</summary>
internal sealed record CommandLineHost
{
    /// <summary>Where results go.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Where everything else goes; safe to write to from any thread.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Opens standard input; asked for only where a command reads it.</summary>
    public Func<Stream> OpenInput { get; init; } = () => Stream.Null;

    /// <summary>Opens standard output for an archive's bytes; asked for only where one goes there.</summary>
    public Func<Stream> OpenOutput { get; init; } = () => Stream.Null;

    /// <summary>True where standard input is a terminal.</summary>
    public bool InputIsTerminal { get; init; }

    /// <summary>True where <see cref="Output"/> is a terminal.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Asks a person for a secret, without echo; null where standard input is no terminal.</summary>
    public Func<string, CancellationToken, Task<string>>? AskSecret { get; init; }

    /// <summary>Absolute path that relative ones start from.</summary>
    public required string CurrentDirectory { get; init; }

    /// <summary>Reads an environment variable; null where unset.</summary>
    public required Func<string, string?> ReadVariable { get; init; }

    /// <summary>True where <see cref="Error"/> is a terminal.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Columns that help texts may take.</summary>
    public int Width { get; init; } = 100;

    /// <summary>Opens what reaches images; whoever calls it disposes of it.</summary>
    public Func<RegistryOptions, TransportEnvironment, TransportCatalog> OpenTransports { get; init; } =
        TransportCatalog.Create;

    /// <summary>Where verbs call the engine.</summary>
    public OperationRunner Runner { get; init; } = new();

    /// <summary>Where the user's credentials and certificates for registries are.</summary>
    public TransportEnvironment Registry { get; init; } = TransportEnvironment.None;

    /// <summary>Where the user's configuration file is; null where it can be nowhere.</summary>
    public ConfigurationFile? ConfigurationFile { get; init; }

    /// <summary>Absolute path of the file that standard input comes from; null where it can't be told.</summary>
    public string? InputFile { get; init; }

    /// <summary>Absolute path of the file that standard output goes to; null where it can't be told.</summary>
    public string? OutputFile { get; init; }

    /// <summary>
    /// Gives the creation time for reproducible archives; null where the environment names none. It throws where that
    /// is no time.
    /// </summary>
    public Func<DateTimeOffset?> SourceDate { get; init; } = () => null;

    /// <summary>The user's own defaults for options; empty before <see cref="LoadConfiguration"/>.</summary>
    public KnobValues Configuration { get; private set; } = KnobValues.None;

    /// <summary>Cancelled when the user ends the command.</summary>
    public CancellationToken Interrupted { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The host that this process is.</summary>
    public static CommandLineHost OfProcess() => new()
    {
        Output = Console.Out,
        Error = Console.Error,
        OpenInput = Console.OpenStandardInput,
        OpenOutput = StandardOutput.Open,
        InputIsTerminal = !Console.IsInputRedirected,
        OutputIsTerminal = !Console.IsOutputRedirected,
        OutputFile = Console.IsOutputRedirected && OperatingSystem.IsLinux() ? "/dev/stdout" : null,
        InputFile = Console.IsInputRedirected && OperatingSystem.IsLinux() ? "/dev/stdin" : null, // a link to the file
        AskSecret = Console.IsInputRedirected ? null : TerminalSecret.AskAsync,
        CurrentDirectory = Directory.GetCurrentDirectory(),
        ReadVariable = Environment.GetEnvironmentVariable,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        Registry = HostEnvironment.Registry,
        ConfigurationFile = HostEnvironment.ConfigurationFile,
        SourceDate = () => HostEnvironment.SourceDate,
        Width = Console.IsOutputRedirected ? 100 : Math.Clamp(Console.WindowWidth, 60, 120),
    };

    /// <summary>True where a variable is set and not empty.</summary>
    public bool HasVariable(string name) => ReadVariable(name) is { Length: > 0 };

    /// <summary>
    /// Where credentials and certificates are, the configuration's auth file among them, and the standard streams.
    /// </summary>
    public TransportEnvironment TransportEnvironment => Configuration.Extend(Registry with
    {
        AuthFile = Registry.AuthFile is { } file ? Resolve(file) : null,
        Streams = NewStreams(),
    });

    /// <summary>The standard streams, for one operation.</summary>
    public StandardStreams NewStreams() =>
        new() { OpenInput = OpenInput, OpenOutput = OpenOutput, OutputFile = OutputFile };

    /// <summary>What environment variables say of knobs. Paths are absolute.</summary>
    /// <param name="asked">The knobs to ask for.</param>
    /// <exception cref="Engine.Diagnostics.DiffahException">InvalidArgument: a variable has no value of its
    /// knob.</exception>
    public KnobValues ReadEnvironment(IEnumerable<Knob> asked) =>
        KnobValues.OfEnvironment(ReadVariable, asked).ResolvePaths(Resolve);

    /// <summary>
    /// Absolute paths of the files that a command reads whatever its verb is, and of others that it reads.
    /// </summary>
    /// <param name="others">Files that the verb has read.</param>
    public ImmutableArray<string> FilesInUse(params IEnumerable<string> others) =>
        [.. others, .. ((string?[])[ResolvedConfigurationFile?.Path, InputFile]).OfType<string>()];

    /// <summary>The configuration file with an absolute path.</summary>
    public ConfigurationFile? ResolvedConfigurationFile =>
        ConfigurationFile is { } file ? file with { Path = Resolve(file.Path) } : null;

    /// <summary>Reads the user's own defaults for options.</summary>
    /// <exception cref="Engine.Diagnostics.DiffahException">The file can't be used.</exception>
    public void LoadConfiguration() => Configuration = ReadConfiguration.Run(ResolvedConfigurationFile, Interrupted);

    /// <summary>The absolute form of a path as the user wrote it.</summary>
    public string Resolve(string path) => Path.GetFullPath(path, CurrentDirectory);
}
