using System.Collections;
using System.Collections.Immutable;
using System.Management.Automation;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.PowerShell.Parameters;

/// <summary>
/// Makes one image reference of what <see cref="ImageReferenceTransformationAttribute"/> takes, and references by name
/// of a hashtable, or of an object whose properties are the names.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NamedReferencesTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        ArgumentNullException.ThrowIfNull(engineIntrinsics);
        var paths = new SessionPaths(engineIntrinsics.SessionState);
        try
        {
            return References.Unwrap(inputData) is NamedReferences made ? made
                : Names(inputData) is { } named ? new NamedReferences(Read(paths, named))
                : new NamedReferences(References.Read(paths, inputData));
        }
        catch (DiffahException e)
        {
            throw References.Refusal(e);
        }
    }

    private static IEnumerable<KeyValuePair<string, object?>>? Names(object? input) => References.Unwrap(input) switch
    {
        IDictionary table => table.Keys.Cast<object>().Select(key => KeyValuePair.Create($"{key}", table[key])),
        PSObject { BaseObject: PSCustomObject } row when !References.SaysWhere(row) =>
            row.Properties.Select(property => KeyValuePair.Create(property.Name, (object?)property.Value)),
        _ => null,
    };

    private static ImmutableSortedDictionary<string, ImageReference> Read(
        SessionPaths paths, IEnumerable<KeyValuePair<string, object?>> named)
    {
        var references = ImmutableSortedDictionary.CreateBuilder<string, ImageReference>(StringComparer.Ordinal);
        foreach (var (name, value) in named)
            references[name] = Read(paths, name, value);
        return references.Count > 0
            ? references.ToImmutable()
            : throw new DiffahException(DiffahErrors.InvalidArgument, "There is no image in the table.",
                "Give a reference for each image's name, for example @{ api = 'docker-archive:./api.tar' }.");
    }

    private static ImageReference Read(SessionPaths paths, string name, object? value)
    {
        try
        {
            return References.Read(paths, value);
        }
        catch (DiffahException e)
        {
            throw new DiffahException(e.Error, $"{name}: {e.Message}", e.NextAction, e.InnerException);
        }
    }
}
