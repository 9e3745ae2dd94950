"""What Is This?: columns, fields, broken rules, close codes and options, each from its own table."""
