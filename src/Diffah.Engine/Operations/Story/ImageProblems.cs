using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Operations.Story;

/// <summary>What is wrong with images of a bundle, so that it can be told all at once.</summary>
internal sealed class ImageProblems
{
    // More than these would bury what there is to do; the row's own says it in general.
    private const int MaximumActions = 3;

    private readonly List<(string Name, DiffahException Error)> _found = [];

    /// <summary>True where something is wrong.</summary>
    public bool Any => _found.Count > 0;

    public void Add(string name, DiffahException error) => _found.Add((name, error));

    /// <summary>One error for all: of the first one's kind, with every image named that has a problem.</summary>
    /// <param name="what">What can't be done, without a full stop.</param>
    public DiffahException ToError(string what)
    {
        var first = _found[0].Error;
        var lines = _found.GroupBy(f => f.Error.Message, f => f.Name)
            .Select(g => $"{ShortText.List([.. g])}: {g.Key.TrimEnd('.')}");
        var actions = _found.Select(f => f.Error.NextAction).Distinct(StringComparer.Ordinal).ToArray();
        return new DiffahException(first.Error, $"{what}. {string.Join("; ", lines)}.",
            actions.Length <= MaximumActions ? string.Join(" ", actions) : null, first);
    }
}
