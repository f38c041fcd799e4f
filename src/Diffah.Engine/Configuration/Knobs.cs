using System.Collections.Immutable;
using System.Globalization;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;
using Diffah.Engine.Transports.Registry;
using Diffah.Libraries;

namespace Diffah.Engine.Configuration;

/// <summary>
/// The one table of what users set. The command line's options, the configuration file and its template, and the
/// defaults of the cmdlets' parameters are made of it.
/// </summary>
public static class Knobs
{
    private const KnobUse OnePlatform = KnobUse.Produce | KnobUse.Copy | KnobUse.Show | KnobUse.Compare
        | KnobUse.Report | KnobUse.Publish | KnobUse.Find;
    private const KnobUse BaselinePlatform = KnobUse.Restore | KnobUse.Verify;

    private static readonly EncodingOptions Encoding = new();
    private static readonly RegistryOptions Registry = new();

    private static readonly Func<string, object?> ReadWhole = text =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>
    /// Which image of an index is meant. Where baselines are read, the archive's platform counts without it.
    /// </summary>
    public static Knob<Platform> Platform { get; } = new("platform", "Platform", Encoding.Platform,
        text => Oci.Platform.TryParse(text, out var platform) ? platform : null)
    {
        Uses = OnePlatform | BaselinePlatform,
        Help = new("Which image of an index is meant.", Encoding.Platform.ToString()),
        HelpFor = For(BaselinePlatform, new("Which image of a baseline index is meant.", "the archive's")),
        Comment = "Which image of an index is meant, os/arch[/variant].",
        Rule = "a platform such as linux/arm64 or linux/arm/v7",
        Sample = Encoding.Platform.ToString(),
        Placeholder = "OS/ARCH[/VARIANT]",
        Refuse = Oci.Platform.Refusal,
        OnEncoding = (options, platform) => options with { Platform = platform },
    };

    /// <summary>Whether layers are patched.</summary>
    public static Knob<IntraLayerMode> IntraLayer { get; } = new("intra-layer", "IntraLayer", Encoding.IntraLayer,
        ReadWord<IntraLayerMode>)
    {
        Uses = KnobUse.Produce,
        Help = new(
            "Whether changed layers travel as patches; where a baseline has only its manifest left, required fails and "
                + "auto warns and ships them whole.", "auto"),
        Comment = "Whether changed layers travel as patches: auto, off or required.",
        Rule = "auto, off or required",
        Sample = "auto",
        Placeholder = "auto|off|required",
        Words = ["auto", "off", "required"],
        OnEncoding = (options, mode) => options with { IntraLayer = mode },
    };

    /// <summary>Which version of the archive's format is written.</summary>
    public static Knob<int> FormatVersion { get; } = new("format-version", "FormatVersion", Encoding.FormatVersion,
        ReadWhole)
    {
        Uses = KnobUse.Produce,
        Help = new(
            "Version of the archive's format: 2 patches what is in layers, also in compressed ones; 1 patches layers as "
                + "they are stored, for receivers that read no other.", Text(Encoding.FormatVersion)),
        Comment = "Version of the archive's format: 2, or 1 for receivers that read no other.",
        Rule = "1 or 2",
        Sample = Text(Encoding.FormatVersion),
        Placeholder = "1|2",
        Words = ["1", "2"],
        IsKind = IsNumber,
        IsInRange = version => version is 1 or 2,
        OnEncoding = (options, version) => options with { FormatVersion = version },
    };

    /// <summary>How much work is put into patches of contents.</summary>
    public static Knob<EncodingEffort> Effort { get; } = new("effort", "Effort", Encoding.Effort,
        ReadWord<EncodingEffort>)
    {
        Uses = KnobUse.Produce | KnobUse.Publish,
        Help = new(
            "Work put into patches of contents: fast compresses with zstd; compact and full make smaller archives, "
                + "slower to write and to restore. Says nothing for version 1 of the format.", "compact"),
        Comment = "Work put into patches of contents, in version 2 of the format: fast, compact or full.",
        Rule = "fast, compact or full",
        Sample = "compact",
        Placeholder = "fast|compact|full",
        Words = ["fast", "compact", "full"],
        OnEncoding = (options, effort) => options with { Effort = effort },
    };

    /// <summary>Absolute path of a file of credentials for registries.</summary>
    public static Knob<string?> AuthFile { get; } = new("authfile", "AuthFile", null, ParsePath)
    {
        Uses = KnobUse.Registry,
        Variable = "REGISTRY_AUTH_FILE",
        Help = new("File of credentials, asked before all others (env: REGISTRY_AUTH_FILE)."),
        Comment = "File of credentials for registries; REGISTRY_AUTH_FILE wins over it.",
        Rule = "a path",
        Sample = "~/.config/containers/auth.json",
        Placeholder = "FILE",
        IsPath = true,
        IsKind = IsText,
    };

    /// <summary>How many times more a failed request is tried.</summary>
    public static Knob<int> RetryCount { get; } = new("retry-times", "RetryCount", Registry.RetryCount,
        ReadWhole)
    {
        Uses = KnobUse.Registry,
        Help = new("How often a failed request is tried again.", Text(Registry.RetryCount)),
        Comment = "How often a failed request is tried again, 0 to 100.",
        Rule = "a whole number",
        OptionRule = "a whole number from 0 to 100",
        Sample = Text(Registry.RetryCount),
        Placeholder = "N",
        IsKind = IsNumber,
        IsInRange = count => count is >= 0 and <= 100,
        OnRegistry = (options, count) => options with { RetryCount = count },
    };

    /// <summary>The wait between two tries; null begins at a second and doubles.</summary>
    public static Knob<TimeSpan?> RetryDelay { get; } = new("retry-delay", "RetryDelay", Registry.RetryDelay,
        text => Duration.TryParse(text, out var delay) ? delay : null)
    {
        Uses = KnobUse.Registry,
        Help = new("Wait before each further try: 500ms, 2s, or a number of seconds.", "1s, then doubling"),
        Comment = "Wait before each further try, up to 30s; without it, it begins at 1s and doubles.",
        Rule = "a duration such as 500ms, 2s or a number of seconds",
        OptionRule = "a duration of 30 seconds at most, such as 500ms, 2s or 1.5",
        Sample = "2s",
        Placeholder = "DURATION",
        IsInRange = delay => delay <= RegistryOptions.MaximumRetryDelay,
        OnRegistry = (options, delay) => options with { RetryDelay = delay },
    };

    /// <summary>zstd level.</summary>
    public static Knob<int> ZstdLevel { get; } = new("zstd-level", "ZstdLevel", Encoding.ZstdLevel, ReadWhole)
    {
        Uses = KnobUse.Produce,
        Help = new("zstd level of patches of layers as they are stored, 1 to 22.", Text(Encoding.ZstdLevel)),
        Comment = "zstd level of patches of layers as they are stored, 1 to 22.",
        Rule = "a whole number",
        Sample = Text(Encoding.ZstdLevel),
        Placeholder = "N",
        IsKind = IsNumber,
        OnEncoding = (options, level) => options with { ZstdLevel = level },
    };

    /// <summary>zstd window.</summary>
    public static Knob<WindowLog> ZstdWindowLog { get; } = new(
        "zstd-window-log", "ZstdWindowLog", new WindowLog(Encoding.ZstdWindowLog),
        text => WindowLog.TryParse(text, out var window) ? window : null)
    {
        Uses = KnobUse.Produce,
        Help = new("zstd window of patches of layers as they are stored, in log2 bytes, 10 to 31; auto goes by the "
            + "layer's size.", WindowLog.Auto),
        Comment = "zstd window of patches of layers as they are stored, in log2 bytes: 10 to 31, or auto.",
        Rule = "auto or a whole number",
        Sample = new WindowLog(Encoding.ZstdWindowLog).ToString(),
        Placeholder = "auto|N",
        Refuse = text => Invalid($"The zstd window log is '{text}'; it must be auto or between 10 and 31."),
        OnEncoding = (options, window) => options with { ZstdWindowLog = window.Log },
    };

    /// <summary>
    /// Layers that are worked on at the same time. Where images are rebuilt, the destination decides without it.
    /// </summary>
    public static Knob<int> Workers { get; } = new("workers", "Workers", Encoding.Workers, ReadWhole)
    {
        Uses = KnobUse.Produce | KnobUse.Restore | KnobUse.Publish,
        Help = new("Layers read and encoded at the same time.", Text(Encoding.Workers)),
        HelpFor = For(KnobUse.Restore,
            new("Layers rebuilt and written at the same time, where the destination takes several.", "what it takes")),
        Comment = "Layers read and encoded at the same time.",
        Rule = "a whole number",
        Sample = Text(Encoding.Workers),
        Placeholder = "N",
        IsKind = IsNumber,
        OnEncoding = (options, workers) => options with { Workers = workers },
    };

    /// <summary>Baseline layers tried for each changed layer.</summary>
    public static Knob<int> Candidates { get; } = new("candidates", "Candidates", Encoding.Candidates,
        ReadWhole)
    {
        Uses = KnobUse.Produce,
        Help = new("Baseline layers tried for each layer that is patched as it is stored; the smallest patch wins.",
            Text(Encoding.Candidates)),
        Comment = "Baseline layers tried for each layer that is patched as it is stored.",
        Rule = "a whole number",
        Sample = Text(Encoding.Candidates),
        Placeholder = "N",
        IsKind = IsNumber,
        OnEncoding = (options, candidates) => options with { Candidates = candidates },
    };

    /// <summary>Absolute path of the folder to spool in; null is the operation's own choice.</summary>
    public static Knob<string?> WorkDirectory { get; } = new("workdir", "WorkDirectory", null, ParsePath)
    {
        Uses = KnobUse.Produce | KnobUse.Restore | KnobUse.Copy | KnobUse.Verify | KnobUse.Doctor
            | KnobUse.Compare | KnobUse.Report | KnobUse.Publish | KnobUse.Find,
        Variable = "DIFFAH_WORKDIR",
        Help = new("Folder to spool in (env: DIFFAH_WORKDIR)."),
        Comment = "Folder to spool in, without it beside the output; DIFFAH_WORKDIR wins over it.",
        Rule = "a path",
        Sample = "/var/tmp",
        Placeholder = "DIR",
        IsPath = true,
        IsKind = IsText,
    };

    /// <summary>
    /// Bytes that the encodes, or the patches being applied, may be estimated at, all together; 0 is no limit.
    /// </summary>
    public static Knob<long> MemoryBudget { get; } = new("memory-budget", "MemoryBudget", Encoding.MemoryBudget,
        text => ByteSize.TryParse(text, out var bytes) ? bytes : null)
    {
        Uses = KnobUse.Produce | KnobUse.Restore | KnobUse.Publish,
        Help = BudgetHelp("all encodes together"),
        HelpFor = For(KnobUse.Restore, BudgetHelp("all patches being applied")),
        Comment = "Memory that all encodes together may be estimated at; 0 is no limit. Units are powers of 1024.",
        Rule = "a size such as 0, 512MiB or 8GiB",
        Sample = ByteSize.FormatExactly(Encoding.MemoryBudget),
        Placeholder = "SIZE",
        OnEncoding = (options, bytes) => options with { MemoryBudget = bytes },
    };

    /// <summary>
    /// Bytes that a layer, or an image archive that is compressed as a whole, may expand to; 0 is no limit.
    /// </summary>
    public static Knob<long> MaxLayerSize { get; } = new("max-layer-size", "MaxLayerSize", Encoding.MaxLayerSize,
        text => ByteSize.TryParse(text, out var bytes) ? bytes : null)
    {
        Uses = KnobUse.Produce | KnobUse.Restore | KnobUse.Copy | KnobUse.Show | KnobUse.Verify
            | KnobUse.Compare | KnobUse.Report | KnobUse.Publish | KnobUse.Find,
        Variable = "DIFFAH_MAX_LAYER_SIZE",
        Help = new(
            "The most that a compressed layer or image archive may expand to; 0 is no limit "
                + "(env: DIFFAH_MAX_LAYER_SIZE).",
            ByteSize.FormatExactly(Encoding.MaxLayerSize)),
        Comment =
            "The most that a compressed layer or image archive may expand to; DIFFAH_MAX_LAYER_SIZE wins over it.",
        Rule = "a size such as 0, 512MiB or 8GiB",
        Sample = ByteSize.FormatExactly(Encoding.MaxLayerSize),
        Placeholder = "SIZE",
        OnEncoding = (options, bytes) => options with { MaxLayerSize = bytes },
    };

    /// <summary>
    /// Whether archives and images that are there already are replaced. Keys and configuration files are not.
    /// </summary>
    public static Knob<bool> Force { get; } = new("force", "Force", false,
        text => text.ToUpperInvariant() switch { "TRUE" or "1" => true, "FALSE" or "0" => false, _ => null })
    {
        Uses = KnobUse.Produce | KnobUse.Restore | KnobUse.Copy | KnobUse.Report,
        Variable = "DIFFAH_FORCE",
        Help = new("Replace an image that is there already (env: DIFFAH_FORCE)."),
        HelpFor = For(
            KnobUse.Produce | KnobUse.Report, new("Replace a file that is there already (env: DIFFAH_FORCE).")),
        Comment =
            "Whether archives and images that are there already are replaced; DIFFAH_FORCE wins over it. "
                + "Keys and configuration files are not.",
        Rule = "true or false",
        Sample = "false",
        IsKind = value => value.Kind == YamlKind.Boolean,
        Refuse = text => Invalid(
            $"DIFFAH_FORCE is '{text}'; it must be true or false.", "Unset DIFFAH_FORCE, or correct it."),
    };

    /// <summary>Every knob, in the order of the configuration file.</summary>
    public static ImmutableArray<Knob> All { get; } =
        [Platform, IntraLayer, FormatVersion, Effort, AuthFile, RetryCount, RetryDelay, ZstdLevel, ZstdWindowLog,
            Workers, Candidates, WorkDirectory, MemoryBudget, MaxLayerSize, Force];

    private static KnobHelp BudgetHelp(string what) => new(
        $"Memory that {what} may be estimated at: bytes, or a number with KiB, MiB, GiB or KB, MB, GB, "
            + "both powers of 1024; 0 is no limit.",
        ByteSize.FormatExactly(Encoding.MemoryBudget));

    private static ImmutableDictionary<KnobUse, KnobHelp> For(KnobUse uses, KnobHelp help) =>
        Enum.GetValues<KnobUse>().Where(use => use != KnobUse.None && uses.HasFlag(use))
            .ToImmutableDictionary(use => use, _ => help);

    private static bool IsText(YamlValue value) => value.Kind == YamlKind.Text;

    private static bool IsNumber(YamlValue value) => value.Kind == YamlKind.Number;

    private static object? ReadWord<T>(string text) where T : struct, Enum => Enum.GetValues<T>()
        .Where(word => word.ToString().Equals(text, StringComparison.OrdinalIgnoreCase))
        .Select(word => (object)word).FirstOrDefault();

    private static string? ParsePath(string text) =>
        text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal) ? text : null;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static DiffahException Invalid(string message, string? nextAction = null) =>
        new(DiffahErrors.InvalidArgument, message, nextAction);
}
