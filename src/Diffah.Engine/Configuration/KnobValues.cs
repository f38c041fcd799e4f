using System.Collections.Immutable;
using Diffah.Engine.Deltas;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Transports.Hosts;
using Diffah.Engine.Transports.Registry;

namespace Diffah.Engine.Configuration;

/// <summary>
/// What a source says of the <see cref="Knobs"/>: options or parameters, the environment, or the configuration file. Of
/// a knob that it does not name it says nothing, and the next source, or the built-in default, counts. Paths are
/// absolute for the engine.
/// </summary>
public sealed class KnobValues : IEquatable<KnobValues>
{
    private readonly ImmutableDictionary<Knob, object> _values;

    private KnobValues(ImmutableDictionary<Knob, object> values) => _values = values;

    /// <summary>What says nothing.</summary>
    public static KnobValues None { get; } = new(ImmutableDictionary<Knob, object>.Empty);

    /// <summary>
    /// What environment variables say; one that is empty says nothing. Paths are as they stand there.
    /// </summary>
    /// <param name="read">Reads a variable; null where it is unset.</param>
    /// <param name="asked">The knobs to ask for: of others not even a mistake is told.</param>
    /// <exception cref="DiffahException">InvalidArgument: a variable has no value of its knob.</exception>
    public static KnobValues OfEnvironment(Func<string, string?> read, IEnumerable<Knob> asked)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(asked);
        return asked.Aggregate(None, (values, knob) =>
            knob.Variable is { } name && read(name) is { Length: > 0 } text
                ? values.With(knob, knob.Read(text, name))
                : values);
    }

    /// <summary>The same with a knob set.</summary>
    /// <param name="knob">The knob.</param>
    /// <param name="value">A value of it.</param>
    public KnobValues With(Knob knob, object value) => new(_values.SetItem(knob, value));

    /// <summary>This, and of knobs of which it says nothing what another source says.</summary>
    /// <param name="weaker">The other source.</param>
    public KnobValues Over(KnobValues weaker)
    {
        ArgumentNullException.ThrowIfNull(weaker);
        return new(weaker._values.SetItems(_values));
    }

    /// <summary>The same with paths made absolute.</summary>
    /// <param name="resolve">Makes a path absolute.</param>
    public KnobValues ResolvePaths(Func<string, string> resolve)
    {
        ArgumentNullException.ThrowIfNull(resolve);
        return new(
            _values.SetItems(_values.Where(v => v.Key.IsPath)
                .Select(v => KeyValuePair.Create(v.Key, (object)resolve((string)v.Value)))));
    }

    /// <summary>True where a knob is set here.</summary>
    /// <param name="knob">The knob.</param>
    public bool Says(Knob knob) => _values.ContainsKey(knob);

    /// <summary>The value that counts: what is said here, else the built-in default.</summary>
    /// <param name="knob">The knob.</param>
    public T Get<T>(Knob<T> knob)
    {
        ArgumentNullException.ThrowIfNull(knob);
        return _values.TryGetValue(knob, out var value) ? (T)value : knob.Default;
    }

    /// <summary>What is said here; null where nothing is.</summary>
    /// <param name="knob">The knob.</param>
    public T? Find<T>(Knob<T> knob)
        where T : struct => _values.TryGetValue(knob, out var value) ? (T)value : null;

    /// <summary>
    /// The encoding's options: what is said here, over the built-in defaults. <see cref="EncodingOptions.Validate"/>
    /// checks ranges.
    /// </summary>
    public EncodingOptions ToEncodingOptions() =>
        Knobs.All.Where(Says).Aggregate(new EncodingOptions(), (options, knob) => knob.Apply(options, _values[knob]));

    /// <summary>
    /// How registries are spoken to: what is said here, over the built-in defaults. The auth file is no part of it: see
    /// <see cref="Extend"/>.
    /// </summary>
    public RegistryOptions ToRegistryOptions() =>
        Knobs.All.Where(Says).Aggregate(new RegistryOptions(), (options, knob) => knob.Apply(options, _values[knob]));

    /// <summary>
    /// The same environment with the auth file of a configuration, which counts where the environment names none.
    /// </summary>
    /// <param name="environment">Where credentials are.</param>
    public TransportEnvironment Extend(TransportEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return environment with { ConfiguredAuthFile = Get(Knobs.AuthFile) };
    }

    /// <inheritdoc/>
    public bool Equals(KnobValues? other) =>
        other is not null && _values.Count == other._values.Count
            && _values.All(v => Equals(v.Value, other._values.GetValueOrDefault(v.Key)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as KnobValues);

    /// <inheritdoc/>
    public override int GetHashCode() => _values.Count;

    /// <summary>What is set, as in a file.</summary>
    public override string ToString() =>
        string.Join(", ", Knobs.All.Where(Says).Select(knob => $"{knob.Name}: {_values[knob]}"));

    internal object? Find(Knob knob) => _values.GetValueOrDefault(knob);
}
