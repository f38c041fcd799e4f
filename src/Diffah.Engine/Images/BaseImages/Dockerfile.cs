using System.Text;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Images.BaseImages;

/// <summary>A Dockerfile, read for the image that its last stage is built on.</summary>
internal sealed class Dockerfile
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const int MaximumSize = 1024 * 1024;

    private const string Scratch = "scratch";

    private readonly DockerfileFaults _faults;
    private readonly DockerfileReader _file;
    private readonly List<DockerfileInstruction> _globals = [];
    private readonly List<DockerfileStage> _stages = [];
    private readonly Dictionary<string, List<int>> _stagesByName = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _declared = new(StringComparer.Ordinal);

    private Dockerfile(string text, DockerfileFaults faults)
    {
        _faults = faults;
        _file = DockerfileReader.Read(text, faults);
        foreach (var instruction in _file.Instructions)
            Add(instruction);
        if (_stages.Count == 0)
            throw faults.Whole("has no FROM, so it builds no image");
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">FileNotFound, DockerfileInvalid.</exception>
    public static async Task<Dockerfile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var faults = new DockerfileFaults(path);
        var bytes = await SmallFile.ReadAsync(path, MaximumSize, faults.Whole, cancellationToken)
            ?? throw new DiffahException(DiffahErrors.FileNotFound, $"The file '{path}' does not exist.");
        // Comments may be in any encoding: nothing else can have letters that are not ASCII.
        TextBytes.Detect(bytes, out var mark);
        return Parse(TextBytes.Read(bytes) ?? Encoding.UTF8.GetString(bytes.AsSpan(mark)), path);
    }

    /// <summary>Reads the text of a file.</summary>
    /// <param name="text">The text, without a byte order mark.</param>
    /// <param name="path">Absolute path, for messages.</param>
    /// <exception cref="DiffahException">DockerfileInvalid.</exception>
    public static Dockerfile Parse(string text, string path) => new(text, new DockerfileFaults(path));

    /// <summary>Names that were given to the build and that nothing declares.</summary>
    /// <param name="given">The names.</param>
    public IEnumerable<string> Undeclared(IEnumerable<string> given) =>
        given.Where(name => !_declared.Contains(name) && !DockerfileScope.IsPredefined(name));

    /// <summary>The image that the last stage is built on, by itself or through other stages.</summary>
    /// <param name="platform">The platform that is built for.</param>
    /// <param name="given">What was given to the build (<c>--build-arg</c>).</param>
    /// <exception cref="DiffahException">DockerfileInvalid; BaselineUnknown: it is built from nothing.</exception>
    public BaseImage FindBase(Platform platform, IReadOnlyDictionary<string, string> given)
    {
        var scope = new DockerfileScope(platform, given);
        foreach (var arg in _globals)
            Declare(arg, scope);
        for (var at = _stages.Count - 1; ;)
        {
            var stage = _stages[at];
            var name = Expand(stage.Base, stage.Line, scope);
            // A stage's name is its own only for those after it.
            var earlier = StageBefore(at, name);
            if (earlier < 0)
                return ImageOf(stage, name, scope, platform);
            at = earlier;
        }
    }

    /// <summary>The last stage of a name before another stage; -1 for none.</summary>
    private int StageBefore(int stage, string name)
    {
        if (!_stagesByName.TryGetValue(name, out var places))
            return -1;
        var place = places.BinarySearch(stage);
        var before = (place < 0 ? ~place : place) - 1;
        return before < 0 ? -1 : places[before];
    }

    private void AddStage(DockerfileStage stage)
    {
        if (stage.Name is { } name)
        {
            if (!_stagesByName.TryGetValue(name, out var places))
                _stagesByName[name] = places = [];
            places.Add(_stages.Count);
        }
        _stages.Add(stage);
    }

    private void Add(DockerfileInstruction instruction)
    {
        if (instruction.Keyword == DockerfileInstruction.From)
            AddStage(DockerfileStage.Parse(instruction, _faults));
        if (instruction.Keyword != DockerfileInstruction.Arg)
            return;
        if (_stages.Count == 0)
            _globals.Add(instruction);
        foreach (var word in WordsOf(instruction))
            _declared.Add(word.Split('=')[0]);
    }

    private void Declare(DockerfileInstruction arg, DockerfileScope scope)
    {
        foreach (var word in WordsOf(arg))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? word : word[..equals];
            if (scope.Given(name) is { } given)
                scope.Set(name, new DockerfileValue(given));
            else if (equals >= 0)
                scope.Set(name, DockerfileExpansion.Run(
                    word[(equals + 1)..], _file.Escape, scope, rule => _faults.At(arg.Line, rule)));
        }
    }

    private List<string> WordsOf(DockerfileInstruction arg) =>
        DockerfileWords.Split(arg.Arguments, _file.Escape)
            ?? throw _faults.At(arg.Line, "a quote is never closed");

    private string Expand(string word, int line, DockerfileScope scope)
    {
        var value = DockerfileExpansion.Run(word, _file.Escape, scope, rule => _faults.At(line, rule));
        if (value.Missing is not { } missing)
            return value.Text;
        throw _declared.Contains(missing)
            ? _faults.At(line, $"FROM uses '{missing}', which has no value here",
                $"Give {missing} as the build got it, with BuildArg (--build-arg), or name the baseline.")
            : _faults.At(line, $"FROM uses '{missing}', which no ARG before the first FROM declares",
                "Declare it there, or name the baseline.");
    }

    private BaseImage ImageOf(DockerfileStage stage, string name, DockerfileScope scope, Platform platform)
    {
        if (name == Scratch)
            throw _faults.Scratch(stage.Line);
        if (name.Length == 0)
            throw _faults.At(stage.Line, "FROM names no image");
        if (ImageName.Read(name, out var fault) is null)
            throw _faults.At(stage.Line, $"FROM names no image: its {fault!.Part.ToString().ToLowerInvariant()} is "
                + DockerfileFaults.Quoted(fault.Text));
        return new BaseImage(name, $"FROM in {_faults.Place(stage.Line)}")
        {
            Platform = stage.Platform is null ? null : PlatformOf(stage, scope, platform),
        };
    }

    private Platform PlatformOf(DockerfileStage stage, DockerfileScope scope, Platform platform)
    {
        var text = Expand(stage.Platform!, stage.Line, scope);
        return Platform.TryParse(text, out var said)
            || Platform.TryParse($"{platform.OperatingSystem}/{text}", out said)
            ? said
            : throw _faults.At(stage.Line, $"{DockerfileFaults.Quoted(text)} is no platform");
    }
}
